import Foundation
import LIFHTTP
import NIOCore
import NIOPosix
import Testing

/// More clients than a process has descriptors.
@Suite("Descriptors", .timeLimit(.minutes(2)))
struct DescriptorTests {
    @Test("A server whose descriptors would not do for its clients goes on answering")
    func clientsBeyondTheLimit() async throws {
        try await Home.during { home in
            let file = home.folder.appending(path: "lif.yaml")
            try Data(
                """
                state_dir: state
                planner: {port: 0, max_connections: 10000}
                orchestrator: {port: 0}
                information_sources: []
                """.utf8
            ).write(to: file)
            let server = try home.begin(["serve", "--config", file.path, "--stop-with-parent"], descriptors: 256)
            let url = try await server.said("Query Planner at ")
            let port = try #require(Int(url.split(separator: ":").last ?? ""))
            _ = try await server.said("Orchestrator at ")
            var clients: [any Channel] = []
            for _ in 0..<400 {
                let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: port).get()
                try? await client.writeAndFlush(ByteBuffer(string: "GET /health HTTP/1.1\r\nHost: loc"))
                clients.append(client)
            }
            for path in ["/health", "/metrics", "/"] {
                let answer = try await home.http.send(
                    OutgoingRequest(.get, url: url + path, timeout: .seconds(20)))
                #expect(answer.status == 200)
            }
            for client in clients { try? await client.close() }
            #expect(server.errors.contains("planner.max_connections"))
            #expect(await server.stop() == 0)
        }
    }
}
