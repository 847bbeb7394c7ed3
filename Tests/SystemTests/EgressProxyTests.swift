import Foundation
import LIFJSON
import NIOHTTP1
import Synchronization
import Testing

@Suite("Everything that goes out goes through the proxy that the environment names")
struct EgressProxyTests {
    /// A proxy that answers for every host, and notes the URLs that it was asked for.
    private final class Proxy: Sendable {
        let urls: Mutex<[String]> = Mutex([])
        let headers: Mutex<[String]> = Mutex([])

        func start(_ home: Home, _ answer: @escaping @Sendable (String) -> (Int, String)) async throws -> Int {
            let server = try await StandInServer.start { exchange in
                self.urls.withLock { $0.append(exchange.request.path) }
                self.headers.withLock { $0 += exchange.request.headers["Proxy-Authorization"] }
                let (status, body) = answer(exchange.request.path)
                exchange.answer(status: status, body)
            }
            home.atEnd { await server.stop() }
            return server.port
        }
    }

    private static let source = """
          - information_source_id: sis
            adapter_id: rest
            ttl_hours: 24
            rest:
              url: "http://sis.example.edu/users/{identifier}"
              mapping: {Person.Name: name}
            lif_fragment_paths: [Person.Name]

        """

    @Test("Sources, neighbours and receivers of results are called through it; this machine is not")
    func everything() async throws {
        try await Home.during { home in
            let proxy = Proxy()
            let port = try await proxy.start(home) { url in
                if url.contains("/mappings") { return (200, "[]") }
                return (200, #"{"name":[{"firstName":"Ada"}]}"#)
            }
            let near = try await home.source()
            let settings = """
                organization: us
                identity_mapper: {type: remote, url: "http://mapper.example.edu"}
                planner: {port: 0}
                orchestrator: {port: 0, results_url: "http://planner.example.edu/orchestration/results"}

                """
            let server = try await home.serve(
                try home.configuration(sources: Self.source + near.yaml("near"), settings: settings),
                environment: [
                    "HTTP_PROXY": "http://user:s3cr3t@127.0.0.1:\(port)", "NO_PROXY": "other.example.edu",
                ])
            let answer = try await home.post(
                server.planner + "/query", Home.query(["1"], fields: ["Person.Name"]), headers: Home.native)
            #expect(answer.status == 200)
            let job = try await home.accepted([CountingSource.part("sis")], at: server.orchestrator)
            #expect(try await home.result(job, at: server.orchestrator).status == 200)
            try await eventually("the results are posted") {
                proxy.urls.withLock { $0.contains("http://planner.example.edu/orchestration/results") }
            }
            let urls = proxy.urls.withLock { $0 }
            #expect(urls.contains("http://sis.example.edu/users/1"))
            #expect(urls.contains { $0.hasPrefix("http://mapper.example.edu/organizations/us/persons/1/") })
            #expect(urls.allSatisfy { $0.hasPrefix("http://") && !$0.contains("127.0.0.1") })
            #expect(near.count > 0)
            #expect(proxy.headers.withLock { Set($0) } == ["Basic dXNlcjpzM2NyM3Q="])
            #expect(server.process.errors.contains("http calls go through the proxy 127.0.0.1:\(port) (HTTP_PROXY)"))
            #expect(!server.process.errors.contains("s3cr3t"))
        }
    }

    @Test("Secrets are asked for through it, too, and what it refuses is said at start")
    func secrets() async throws {
        try await Home.during { home in
            let proxy = Proxy()
            let port = try await proxy.start(home) { _ in (403, "no") }
            let settings = "secrets: [{vault: {address: \"https://vault.example.edu:8200\", token: t}}]\n"
            let file = try home.configuration(
                sources: Self.source + "    connection: {token: \"${secret:key}\"}\n", settings: settings)
            let ended = try await LIFProcess.run(
                ["serve", "--config", file], environment: ["HTTPS_PROXY": "127.0.0.1:\(port)"], folder: home.folder)
            #expect(ended.code == 1)
            #expect(ended.errors.contains("the proxy that HTTPS_PROXY names has not connected to the host"))
            #expect(proxy.urls.withLock { Set($0) } == ["vault.example.edu:8200"])
        }
    }

    @Test("What the proxy does not do is said of the proxy", arguments: [407, 502])
    func failure(status: Int) async throws {
        try await Home.during { home in
            let proxy = Proxy()
            let port = try await proxy.start(home) { _ in (status, "no") }
            let server = try await home.serve(
                try home.configuration(sources: Self.source + "    retries: 0\n"),
                environment: ["http_proxy": "http://user:s3cr3t@127.0.0.1:\(port)"])
            let job = try await home.accepted([CountingSource.part("sis")], at: server.orchestrator)
            #expect(try await home.result(job, at: server.orchestrator).status == 502)
            let part = try #require(try await home.status(job, at: server.orchestrator).landed.first)
            #expect(part["reason"] == "unreachable")
            let message = RawJSON(part).text
            #expect(message.contains("The source was not reached: the proxy that http_proxy names"), "\(message)")
            #expect(!message.contains("s3cr3t"))
        }
    }
}
