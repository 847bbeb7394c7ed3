import LIFJSON
import LIFModel
import Testing

@testable import LIFOperators

@Suite struct RESTRequestTests {
    private func request(
        _ parts: [RESTTemplate.Part], learner: LearnerIdentifier, headers: [RESTConfiguration.Header] = [],
        body: RESTTemplate? = nil
    ) throws -> RESTRequest {
        try RESTRequest(
            for: learner,
            configuration: RESTConfiguration(
                method: body == nil ? .get : .post, url: RESTTemplate(parts), headers: headers, body: body, mapping: [])
        )
    }

    @Test(
        "An identifier stays one segment of the path",
        arguments: [
            ("a/b?c#d\"e", "a%2Fb%3Fc%23d%22e"), ("..%2f", "..%252f"), ("Ø", "%C3%98"), ("e\u{301}", "e%CC%81"),
            ("a-b._~9", "a-b._~9"), ("x y", "x%20y"), ("sha256$0f", "sha256%240f"),
            ("{identifier}", "%7Bidentifier%7D"),
        ])
    func encoding(identifier: String, segment: String) throws {
        let url = try request(
            [.literal("https://h/users/"), .identifier, .literal("/x")], learner: .school(identifier)
        ).url
        #expect(url == "https://h/users/\(segment)/x")
    }

    @Test("An identifier that would lead to another path is not sent", arguments: [".", "..", ""])
    func dots(identifier: String) {
        #expect(throws: LIFError.self) {
            try request([.literal("https://h/users/"), .identifier], learner: .school(identifier))
        }
    }

    @Test(
        "A type stays one segment of the path, and what would lead to another is not sent",
        arguments: [("a/b?c#d", "a%2Fb%3Fc%23d"), ("x y", "x%20y"), ("..", nil), (".", nil), ("", nil)])
    func type(type: String, segment: String?) throws {
        let learner = LearnerIdentifier(identifier: "1", identifierType: type)
        let parts: [RESTTemplate.Part] = [.literal("https://h/"), .identifierType, .literal("/"), .identifier]
        if let segment {
            #expect(try request(parts, learner: learner).url == "https://h/\(segment)/1")
        } else {
            #expect(throws: LIFError.self) { try request(parts, learner: learner) }
        }
    }

    @Test("Dots inside a longer segment or in a query are harmless")
    func harmlessDots() throws {
        let segment = try request([.literal("https://h/user-"), .identifier], learner: .school(".."))
        #expect(segment.url == "https://h/user-..")
        let query = try request([.literal("https://h/?id="), .identifier], learner: .school(".."))
        #expect(query.url == "https://h/?id=..")
    }

    @Test("In a body the learner is escaped for JSON", arguments: hardIdentifiers)
    func body(identifier: String) throws {
        let body = RESTTemplate([
            .literal(#"{"id":""#), .identifier, .literal(#"","t":""#), .identifierType, .literal(#""}"#),
        ])
        let request = try request([.literal("https://h/")], learner: .school(identifier), body: body)
        let json = try JSONParser.parse(try #require(request.body))
        #expect(json["id"]?.string.map { Array($0.utf8) } == Array(identifier.utf8))
        #expect(json["t"] == "SCHOOL_ASSIGNED_NUMBER")
        #expect(json.object?.count == 2)
        #expect(request.headers.contains { $0 == ("Content-Type", "application/json") })
    }

    @Test("A header with a control character is not sent")
    func headerInjection() {
        let header = RESTConfiguration.Header(name: "X-Learner", value: RESTTemplate([.identifier]))
        let error = #expect(throws: LIFError.self) {
            try request([.literal("https://h/")], learner: .school("a\r\nX-Admin: 1"), headers: [header])
        }
        #expect(error?.message.contains("Admin") == false)
    }

    @Test("Nor is one with a control character in the learner's type")
    func headerInjectionByType() {
        let header = RESTConfiguration.Header(name: "X-Type", value: RESTTemplate([.identifierType]))
        let learner = LearnerIdentifier(identifier: "1", identifierType: "a\r\nX-Admin: 1")
        let error = #expect(throws: LIFError.self) {
            try request([.literal("https://h/")], learner: learner, headers: [header])
        }
        #expect(error?.message.contains("Admin") == false)
    }

    @Test(
        "The root of the host is found",
        arguments: [
            ("https://h:8443/a/b?c", "https://h:8443/"), ("http://h", "http://h/"),
            ("http://[::1]:80?x", "http://[::1]:80/"),
        ])
    func root(url: String, root: String) { #expect(url.hostRoot == root) }
}
