import Hummingbird
import LIFIdentities
import LIFModel
import LIFQueryPlanner
import LIFTesting
import Testing

@testable import LIFServer

@Suite("The router", .timeLimit(.minutes(1)))
struct RouterTests {
    @Test("Each route of the Orchestrator is described, and what is described is there")
    func described() {
        let router = ComponentServer.orchestratorRouter(
            TestSystem().orchestrator, ListenerConfiguration(port: 0), isReady: {}, metrics: { [] })
        let routes = Set(router.routes.map { "\($0.method.rawValue) \($0.path)" })
        #expect(routes == OpenAPIDocument.orchestrator.operations)
    }

    @Test("Each route of the Query Planner is described, those of an Identity Mapper only where there is one")
    func describedPlanner() {
        func routes(_ identities: (any IdentityStore)?) -> Set<String> {
            let router = ComponentServer.queryPlannerRouter(
                TestSystem().planner, ListenerConfiguration(port: 0),
                services: QueryPlannerServices(takeResults: { _ in }, identities: identities, metrics: { [] }),
                isReady: {})
            return Set(router.routes.map { "\($0.method.rawValue) \($0.path)" })
        }
        let described = OpenAPIDocument.queryPlanner.operations
        #expect(routes(MemoryIdentityStore()) == described)
        let mappers = described.filter { $0.contains(" /organizations/") || $0.contains(" /identity_mappings/") }
        #expect(mappers.count == 4)
        #expect(routes(nil) == described.subtracting(mappers))
    }

    @Test("HEAD answers as GET does, without the body, and the connection can be used again")
    func head() async throws {
        try await TestServer.orchestrator { (server) async throws in
            let id = try await server.finish(Jobs.job())
            let missing = "/jobs/0123456789abcdef0123456789abcdef"
            try await Connection.open(port: server.port) { [server] (connection) async throws in
                for path in [
                    "/jobs/\(id)", "/jobs/\(id)/result", "/jobs/\(id)/log", "/openapi.json", "/health", missing,
                    "/nothing",
                ] {
                    let expected = try await server.get(path)
                    try await connection.send(TestServer.request("HEAD", path))
                    let answer = try await connection.head()
                    #expect(answer.status == expected.status, "\(path)")
                    #expect(answer["Content-Type"] == expected["Content-Type"], "\(path)")
                    if expected["Content-Type"] != "application/problem+json" {
                        #expect(answer["Content-Length"] == expected["Content-Length"], "\(path)")
                    }
                }
                try await connection.send(TestServer.request("HEAD", "/jobs/\(id)/events"))
                #expect(try await connection.head()["Content-Type"] == "text/event-stream")
                try await connection.send(TestServer.request("HEAD", "/jobs/\(id)/retry"))
                #expect(try await connection.head().status == 405)
                try await connection.send(TestServer.request("GET", "/"))
                #expect(try await connection.answer().body == #"{"message":"LIF Orchestrator"}"#)
            }
        }
    }
}
