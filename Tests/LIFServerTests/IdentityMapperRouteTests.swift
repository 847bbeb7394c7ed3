import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LIFIdentities
import LIFJSON
import LIFModel
import LIFQueryPlanner
import LIFTesting
import Logging
import NIOCore
import Testing

@testable import LIFServer

@Suite("Routes of the Identity Mapper", .timeLimit(.minutes(1)))
struct IdentityMapperRouteTests {
    private static let path = "/organizations/org/persons/p1/mappings"
    private let store = MemoryIdentityStore()

    /// Serves the routes while the body runs.
    private func serving(
        organization: String? = "org", _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let router = Router(context: ComponentRequestContext.self)
        router.add(middleware: ProblemMiddleware(component: "query-planner", maximumBodyBytes: 10_000))
        IdentityMapperRoutes(store: store, organization: organization, maximumBodyBytes: 10_000).add(to: router)
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        try await Application(router: router, logger: quiet).test(.live, body)
    }

    private static func mapping(
        _ system: String, _ identifier: String, person: String = "p1", id: String? = nil
    ) -> String {
        let id = id.map { #""mapping_id":"\#($0)","# } ?? ""
        return """
            {\(id)"lif_organization_id":"org","lif_organization_person_id":"\(person)","target_system_id":"\(system)",\
            "target_system_person_id_type":"ID","target_system_person_id":"\(identifier)"}
            """
    }

    private struct Answer {
        let status: Int
        let body: String

        func json() throws -> JSONValue { try JSONParser.parse(body) }
        func code() throws -> String? { try json()["code"]?.string }
        func ids() throws -> [String] { try #require(json().array).compactMap { $0["mapping_id"]?.string } }
    }

    private static func send(
        _ client: any TestClientProtocol, _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil,
        type: String = "application/json"
    ) async throws -> Answer {
        try await client.execute(
            uri: path, method: method, headers: [.contentType: type], body: body.map { ByteBuffer(string: $0) }
        ) { Answer(status: $0.status.code, body: String(buffer: $0.body)) }
    }

    @Test("Mappings are saved, read and removed as deployed clients do it")
    func life() async throws {
        try await serving { client in
            #expect(try await Self.send(client, .get, Self.path).body == "[]")
            let saved = try await Self.send(
                client, .post, Self.path, "[\(Self.mapping("sis", "1")),\(Self.mapping("lms", "2"))]")
            #expect(saved.status == 200)
            let ids = try saved.ids()
            #expect(Set(ids).count == 2)
            #expect(
                try saved.json().array?.first?.object?.names == [
                    "mapping_id", "lif_organization_id", "lif_organization_person_id", "target_system_id",
                    "target_system_person_id_type", "target_system_person_id",
                ])
            #expect(saved.body == "[\(Self.mapping("sis", "1", id: ids[0])),\(Self.mapping("lms", "2", id: ids[1]))]")
            let again = try await Self.send(client, .post, Self.path, "[\(Self.mapping("sis", "3"))]")
            #expect(try again.ids() == [ids[0]])
            let read = try await Self.send(client, .get, Self.path)
            #expect(read.body == "[\(Self.mapping("lms", "2", id: ids[1])),\(Self.mapping("sis", "3", id: ids[0]))]")
            #expect(try await Self.send(client, .delete, "\(Self.path)/\(ids[0])").status == 204)
            let gone = try await Self.send(client, .delete, "\(Self.path)/\(ids[0])")
            #expect(try gone.status == 404 && gone.code() == "IdentityMappingNotFound")
            #expect(try await Self.send(client, .get, Self.path).json().array?.count == 1)
        }
    }

    @Test("Organisation and person are decoded from the path, and no one else's are given")
    func encoded() async throws {
        let path = "/organizations/Org%20%C3%A9/persons/a%2Fb%3F%25/mappings"
        let body =
            #"[{"target_system_id":"s","target_system_person_id_type":"ID","target_system_person_id":"1"}]"#
        try await serving { client in
            let saved = try await Self.send(client, .post, path, body)
            let mapping = try saved.json().array?.first
            #expect(mapping?["lif_organization_id"] == "Org é")
            #expect(mapping?["lif_organization_person_id"] == "a/b?%")
            #expect(try await Self.send(client, .get, path).body == saved.body)
            #expect(try await Self.send(client, .get, "/organizations/Org%20%C3%A9/persons/a/mappings").body == "[]")
            let id = try #require(try saved.ids().first)
            #expect(try await Self.send(client, .delete, "\(Self.path)/\(id)").status == 404)
            #expect(try await Self.send(client, .delete, "\(path)/\(id)").status == 204)
            let odd = try await Self.send(client, .get, "/organizations/o/persons/%FF/mappings")
            #expect(try odd.status == 400 && odd.code() == "IdentityMappingNotValid")
        }
    }

    @Test(
        "What cannot be saved is refused whole, with a status that says why and without its values",
        arguments: [
            ("[]", 400, "IdentityMappingNotValid"), ("{", 400, "IdentityMappingNotValid"),
            (mapping("s", "1"), 422, "IdentityMappingNotValid"), ("[5]", 422, "IdentityMappingNotValid"),
            ("[\(mapping("s", "secret")),{}]", 422, "IdentityMappingNotValid"),
            ("[\(mapping("s", "secret")),\(mapping("", "secret"))]", 400, "IdentityMappingNotValid"),
            ("[\(mapping("s", "secret")),\(mapping("s", "1", person: "secret"))]", 400, "IdentityMappingNotValid"),
            ("[\(mapping("s", "secret")),\(mapping("t", "secret", id: "m9"))]", 409, "IdentityMappingConflict"),
            ("[\"\(String(repeating: "x", count: 10_000))\"]", 413, "RequestTooLarge"),
        ])
    func refused(body: String, status: Int, code: String) async throws {
        _ = try await store.save([
            IdentityMapping(
                id: "m9", organization: "org", person: "other", systemID: "s",
                target: LearnerIdentifier(identifier: "9", identifierType: "ID"))
        ])
        try await serving { client in
            let answer = try await Self.send(client, .post, Self.path, body)
            #expect(answer.status == status && !answer.body.contains("secret"), "\(answer.body)")
            #expect(try answer.code() == code)
            #expect(try await Self.send(client, .get, Self.path).body == "[]")
        }
    }

    @Test(
        "Two mappings of one body for one place, or with one id, are refused with both positions, and nothing is kept",
        arguments: [
            [mapping("s", "1"), mapping("t", "secret"), mapping("s", "secret")],
            [mapping("s", "1"), mapping("t", "2"), mapping("s", "1")],
            [mapping("s", "1", id: "a"), mapping("t", "2"), mapping("u", "secret", id: "a")],
        ])
    func repeated(mappings: [String]) async throws {
        try await serving { client in
            let answer = try await Self.send(client, .post, Self.path, "[\(mappings.joined(separator: ","))]")
            #expect(try answer.status == 400 && answer.code() == "IdentityMappingNotValid")
            #expect(answer.body.contains("Mappings 0 and 2 of the body"), "\(answer.body)")
            #expect(!answer.body.contains("secret"))
            #expect(try await Self.send(client, .get, Self.path).body == "[]")
        }
    }

    @Test("One system with two types is two places, and so are two spellings of a type or of an accented letter")
    func distinct() async throws {
        try await serving { client in
            let mappings = [
                Self.mapping("s", "2").replacing(#""ID""#, with: #""id""#),
                Self.mapping("s", "1"), Self.mapping("s", "1").replacing(#""ID""#, with: #""OTHER""#),
                Self.mapping("e\u{301}", "1"), Self.mapping("\u{E9}", "1"),
            ]
            let saved = try await Self.send(client, .post, Self.path, "[\(mappings.joined(separator: ","))]")
            #expect(saved.status == 200)
            #expect(try Set(saved.ids()).count == 5)
        }
    }

    private static let header =
        "lif_organization_person_id,target_system_id,target_system_person_id_type,target_system_person_id"

    @Test("A CSV file larger than other bodies may be is imported")
    func importCSV() async throws {
        try await serving { client in
            let person = String(repeating: "p", count: 40)
            let lines = (0..<300).map { "\(person)\($0),sis,ID,\($0)" }.joined(separator: "\n")
            let answer = try await Self.send(
                client, .post, "/identity_mappings/import", Self.header + "\n" + lines, type: "text/csv; charset=utf-8")
            #expect(answer.status == 200)
            #expect(
                answer.body == #"{"lines":300,"added":300,"changed":0,"unchanged":0,"refused":0,"faults":[]}"#)
            let read = try await Self.send(client, .get, "/organizations/org/persons/\(person)299/mappings")
            #expect(try read.json().array?.first?["target_system_person_id"] == "299")
        }
    }

    @Test("A bad line keeps a file out, unless bad lines are to be skipped")
    func badLine() async throws {
        try await serving { client in
            let body = Self.mapping("s", "1") + "\n" + Self.mapping("s", "secret", person: "") + "\n"
            let (path, type) = ("/identity_mappings/import", "application/x-ndjson")
            let refused = try await Self.send(client, .post, path, body, type: type)
            #expect(try refused.status == 400 && refused.code() == "IdentityMappingNotValid")
            #expect(try refused.json()["faults"]?.array?.first?["place"] == "line 2")
            #expect(!refused.body.contains("secret") && refused.body.contains("skip_bad=true"))
            #expect(try await Self.send(client, .get, Self.path).body == "[]")
            let skipped = try await Self.send(client, .post, path + "?skip_bad=true", body, type: type)
            #expect(skipped.status == 200)
            #expect(try skipped.json()["added"] == 1 && skipped.json()["refused"] == 1)
            #expect(try skipped.json()["faults"]?.array?.first?["place"] == "line 2")
        }
    }

    @Test("An import says what its body is", arguments: ["application/json", "text/plain", ""])
    func unknownType(type: String) async throws {
        try await serving { client in
            let answer = try await Self.send(client, .post, "/identity_mappings/import", "x", type: type)
            #expect(try answer.status == 400 && answer.code() == "IdentityMappingNotValid")
        }
    }

    @Test("Without an organisation of our own the lines of an import must name one")
    func noOrganization() async throws {
        try await serving(organization: nil) { client in
            let answer = try await Self.send(
                client, .post, "/identity_mappings/import", Self.header + "\np,s,ID,1", type: "text/csv")
            #expect(answer.status == 400)
            #expect(answer.body.contains("lif_organization_id"))
        }
    }
}
