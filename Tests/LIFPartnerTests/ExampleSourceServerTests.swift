import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LIFJSON
import LIFPartner
import NIOCore
import Testing

@Suite("The example HR system")
struct ExampleSourceServerTests {
    private static func withServer(
        folder: String, _ body: @escaping @Sendable (TestClient) async throws -> Void
    ) async throws {
        let server = try ExampleSourceServer(
            folder: folder, configuration: ExampleSourceServer.Configuration(token: "secret"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await server.run() }
            let port = try #require(await server.port())
            try await TestClient.withClient(host: "127.0.0.1", port: port) { client in try await body(client) }
            group.cancelAll()
        }
    }

    private static func get(
        _ client: TestClient, _ identifier: String, key: String? = "secret"
    ) async throws -> (status: Int, body: String) {
        var headers = HTTPFields()
        if let key, let name = HTTPField.Name("x-key") { headers[name] = key }
        let response = try await client.get("/r1-demo/users/\(identifier)", headers: headers)
        return (
            response.status.code, response.body.map { String(decoding: $0.readableBytesView, as: UTF8.self) } ?? ""
        )
    }

    @Test("A user is answered in the system's own shape, as the file has it")
    func user() async throws {
        try await Self.withServer(folder: TestData.hrFolder) { (client) async throws in
            for number in 100_001...100_006 {
                let answer = try await Self.get(client, "\(number)")
                #expect(answer.status == 200)
                let person = try JSONParser.parse(answer.body)["person"]
                #expect(person?["id"] == .string("\(number)"))
                let types = person?["employment"]?["preferences"]?["preferred_org_types"]
                #expect(types?.array?.isEmpty == false)
            }
            #expect(try await Self.get(client, "100001").body.contains(#""weekly_hours":38.50"#))
        }
    }

    @Test("An unknown user is 404, a wrong or missing key 401")
    func refusals() async throws {
        try await Self.withServer(folder: TestData.hrFolder) { (client) async throws in
            #expect(try await Self.get(client, "999").status == 404)
            #expect(try await Self.get(client, "..%2F..%2Forg1%2F100001").status == 404)
            #expect(try await Self.get(client, "100001", key: "wrong").status == 401)
            #expect(try await Self.get(client, "100001", key: nil).status == 401)
            #expect(try await client.get("/health").status.code == 200)
        }
    }

    @Test("An identifier is taken out of the path decoded")
    func encoded() async throws {
        try await TestData.withFolder(["a b.json": #"{"person":{"id":"a b"}}"#]) { folder in
            try await Self.withServer(folder: folder) { (client) async throws in
                #expect(try await Self.get(client, "a%20b").body == #"{"person":{"id":"a b"}}"#)
            }
        }
    }
}
