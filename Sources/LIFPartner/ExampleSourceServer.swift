import Foundation
import HTTPTypes
import Hummingbird
import LIFJSON
public import ServiceLifecycle

/// The example "HR system": a REST source with its own shape of data, `GET /r1-demo/users/{identifier}`.
///
/// The header `x-key` must carry the token, or the answer is 401; an unknown identifier is 404. A file's name without
/// `.json` is the identifier it answers to, and its bytes are the answer.
public final class ExampleSourceServer: Service {
    /// Where the server listens and how it answers.
    public struct Configuration: Sendable {
        /// The address to bind; the default is reached from this machine only.
        public var host = "127.0.0.1"
        /// Zero takes a free port; `ExampleSourceServer.port()` says which.
        public var port = 0
        /// What the header `x-key` must carry.
        public var token: String
        /// Waited before each answer.
        public var delay: Duration = .zero

        /// A server on loopback that answers without delay.
        public init(port: Int = 0, token: String) {
            self.port = port
            self.token = token
        }
    }

    private let server: LoopbackServer

    /// Reads each `*.json` of a folder as the data of one user. It listens once ``run()`` is called.
    ///
    /// - Throws: `PartnerError` that names the file at fault.
    public init(folder: String, configuration: Configuration) throws {
        var users: [String: RawJSON] = [:]
        for file in try JSONFolder.read(folder) { users[file.stem] = file.raw }
        let known = users
        let token = configuration.token
        let delay = configuration.delay
        let router = Router()
        router.get("health") { _, _ in Response.json(#"{"status":"ok"}"#.utf8) }
        router.get("r1-demo/users/:identifier") { request, context in
            guard let key = HTTPField.Name("x-key"), request.headers[key] == token else {
                return Response.json(#"{"error":"The key is missing or wrong."}"#.utf8, status: .unauthorized)
            }
            if delay > .zero { try await Task.sleep(for: delay) }
            let identifier = context.parameters.get("identifier")?.removingPercentEncoding ?? ""
            guard let user = known[identifier] else {
                return Response.json(#"{"error":"There is no such user."}"#.utf8, status: .notFound)
            }
            return Response.json(user.bytes)
        }
        server = LoopbackServer(host: configuration.host, port: configuration.port, router: router)
    }

    /// Serves until the task is cancelled or a graceful shutdown is asked for.
    ///
    /// - Throws: What the system says when the port cannot be bound.
    public func run() async throws { try await server.run() }

    /// The port, once it is bound; `nil` when the server ended without.
    public func port() async -> Int? { await server.port() }
}
