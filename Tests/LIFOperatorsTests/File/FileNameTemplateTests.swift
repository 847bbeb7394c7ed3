import LIFModel
import Testing

@testable import LIFOperators

@Suite struct FileNameTemplateTests {
    private func name(_ template: String, _ identifier: String, type: String = "X") throws -> String? {
        let template = try #require(FileNameTemplate(parsing: template))
        return template.name(for: LearnerIdentifier(identifier: identifier, identifierType: type))
    }

    @Test(
        "Ordinary identifiers stand in the name as they are", arguments: ["100001", "SVU-20250001", "x y", "Ø", "a.b"])
    func plain(identifier: String) throws {
        #expect(try name("{identifier}.json", identifier) == identifier + ".json")
    }

    @Test(
        "What would lead elsewhere is encoded",
        arguments: [
            ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd.json"), ("..", "%2E..json"), (".hidden", "%2Ehidden.json"),
            ("a\0b", "a%00b.json"), ("a%2Fb", "a%252Fb.json"), ("a\nb", "a%0Ab.json"), ("/", "%2F.json"),
        ])
    func encoded(identifier: String, expected: String) throws {
        #expect(try name("{identifier}.json", identifier) == expected)
    }

    @Test("Whatever the identifier is, the name is one segment", arguments: hardIdentifiers)
    func oneSegment(identifier: String) throws {
        guard let name = try name("{identifier}", identifier) else {
            #expect(identifier.utf8.count > 255)
            return
        }
        #expect(!name.contains("/") && ![".", ".."].contains(name) && !name.utf8.contains(0))
    }

    @Test("Two identifiers never share a name")
    func distinct() throws {
        let identifiers =
            hardIdentifiers.filter { $0.utf8.count < 60 } + ["%2E", ".", "%", "%25", "/", "%2F", "a/", "a%2F"]
        let names = try Set(identifiers.compactMap { try name("{identifier}", $0) })
        #expect(names.count == identifiers.count)
    }

    @Test("The type stands as a token")
    func type() throws {
        #expect(
            try name("{identifierType}-{identifier}.csv", "1", type: "School assigned/number")
                == "SCHOOL_ASSIGNED_NUMBER-1.csv")
    }

    @Test("A fixed name names no learner")
    func fixed() throws {
        let template = try #require(FileNameTemplate(parsing: "employment.csv"))
        #expect(!template.namesLearner)
        #expect(template.name(for: .known) == "employment.csv")
    }

    @Test(
        "A name that is none of a file in the folder is not taken",
        arguments: ["", "..", "../x", "a/b.csv", ".hidden", "{other}.json", "{identifier", "a}b", "a\nb", "{}"])
    func refused(template: String) { #expect(FileNameTemplate(parsing: template) == nil) }
}
