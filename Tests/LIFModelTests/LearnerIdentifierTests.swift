import LIFModel
import Testing

@Suite("Learner identifiers")
struct LearnerIdentifierTests {
    private func learner(_ identifier: String, _ type: String = "SCHOOL_ASSIGNED_NUMBER") -> LearnerIdentifier {
        LearnerIdentifier(identifier: identifier, identifierType: type)
    }

    @Test(
        "A type as a token is upper case, with an underscore for whatever is no letter or digit",
        arguments: [
            ("SCHOOL_ASSIGNED_NUMBER", "SCHOOL_ASSIGNED_NUMBER"), ("School assigned number", "SCHOOL_ASSIGNED_NUMBER"),
            ("school-assigned.number", "SCHOOL_ASSIGNED_NUMBER"), ("credentialfinder.org", "CREDENTIALFINDER_ORG"),
            ("Summit Valley University student ID", "SUMMIT_VALLEY_UNIVERSITY_STUDENT_ID"), ("A  B", "A__B"),
            ("x1", "X1"),
            ("École", "ÉCOLE"), ("", ""),
        ])
    func token(type: String, token: String) {
        #expect(LearnerIdentifier.token(type) == token)
        #expect(learner("1", type).typeToken == token)
        #expect(learner("1", type).identifierType == type)
        #expect(LearnerIdentifier.token(token) == token)
    }

    @Test("Types that make the same token name the same learner")
    func equalTypes() {
        let left = learner("100001", "SCHOOL_ASSIGNED_NUMBER")
        let right = learner("100001", "School assigned number")
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(Set([left, right]).count == 1)
        #expect(left != learner("100001", "Federal employer identification number"))
    }

    @Test(
        "Identifiers are the same only to the byte",
        arguments: [("100001", "0100001"), ("a", "A"), ("\u{E9}", "e\u{301}"), ("1", "1 "), ("\u{212A}", "K")])
    func differentIdentifiers(left: String, right: String) {
        #expect(learner(left) != learner(right))
        #expect(Set([learner(left), learner(right)]).count == 2)
    }

    @Test(
        "Whatever an organisation uses as an identifier is accepted",
        arguments: [
            "100001", "SVU-20250001", "sha256$8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4",
            "a\"b'c\\d/e?f#g&h=i%j", "Zoë 张伟 😀", " ", String(repeating: "x", count: 1_024),
        ])
    func accepted(identifier: String) throws {
        let learner = try LearnerIdentifier(validating: identifier, identifierType: "X", code: .queryNotValid)
        #expect(learner.identifier == identifier)
    }

    @Test(
        "Empty, longer than the limit, or with a control character: refused, with the caller's code and without the value",
        arguments: [
            "", String(repeating: "x", count: 1_025), String(repeating: "é", count: 513),
            String(repeating: "y", count: 10_240),
            "zzz\n", "zzz\r\nX-Evil: 1", "zzz\u{0}", "zzz\u{85}", "zzz\u{7F}",
        ])
    func refused(text: String) throws {
        for (identifier, type) in [(text, "X"), ("100001", text)] {
            let error = try #require(throws: LIFError.self) {
                try LearnerIdentifier(validating: identifier, identifierType: type, code: .queryParseException)
            }
            #expect(error.code == .queryParseException)
            #expect(error.blame == .caller && !error.isRetryable)
            for value in ["zzz", "xxx", "yyy", "é", "100001"] { #expect(!error.description.contains(value)) }
            #expect(error.message.contains(identifier == text ? "identifier" : "identifierType"))
        }
    }
}
