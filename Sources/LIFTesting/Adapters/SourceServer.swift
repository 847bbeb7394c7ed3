import HTTPTypes
import Hummingbird
public import LIFJSON
import Logging
import NIOCore
package import ServiceLifecycle
import Synchronization

/// An HTTP server on a free port of loopback that answers as a closure says, and remembers what it was asked.
public final class SourceServer: Sendable {
    /// One request, as it arrived.
    public struct Asked: Sendable {
        /// `GET`, `POST` and so on.
        public let method: String
        /// Path and query as they came.
        public let target: String
        let headers: HTTPFields
        /// The whole body.
        public let body: [UInt8]

        /// The value of a header; `nil` when it is not there.
        public func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

        /// The body as JSON; `null` when it is none.
        public var json: RawJSON { (try? RawJSON(validating: body)) ?? .null }
    }

    /// What answers a request. It is cancelled when the server stops.
    public typealias Responder = @Sendable (Asked) async throws -> Reply

    /// The port that the server listens at.
    public let port: Int
    private let log: Log

    /// Its root, without a slash at the end.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// The requests so far, in the order of arrival.
    public var asked: [Asked] { log.entries.withLock { $0 } }

    /// How many requests that got `Reply.silence` have been given up by the client, which closed its connection.
    public var leftCount: Int { log.left.withLock { $0 } }

    private init(port: Int, log: Log) {
        self.port = port
        self.log = log
    }

    private final class Log: Sendable {
        let entries = Mutex<[Asked]>([])
        let left = Mutex(0)
    }

    /// Runs a server for the length of the body.
    ///
    /// - Throws: What the body throws.
    public static func with<Value: Sendable>(
        _ responder: @escaping Responder, _ body: @escaping @Sendable (SourceServer) async throws -> Value
    ) async throws -> Value {
        let log = Log()
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let answers = CallbackResponder { (request: Request, _: BasicRequestContext) in
            var request = request
            let asked = Asked(
                method: request.method.rawValue, target: request.uri.description, headers: request.headers,
                body: Array(try await request.collectBody(upTo: 1 << 22).readableBytesView))
            log.entries.withLock { $0.append(asked) }
            let reply = try await cancelWhenGracefulShutdown { try await responder(asked) }
            if reply.ending == .silence { try await Self.wait(for: request, log) }
            return reply.response
        }
        let application = Application(
            responder: answers, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                port.yield(channel.localAddress?.port ?? 0)
                port.finish()
            }, logger: .silent)
        return try await serving(application) {
            var number = 0
            for await port in ports { number = port }
            return try await body(SourceServer(port: number, log: log))
        }
    }

    /// Says nothing until the client has closed its connection, or the server stops.
    ///
    /// - Throws: `CancellationError`.
    private static func wait(for request: Request, _ log: Log) async throws {
        try await cancelWhenGracefulShutdown {
            try await request.body.consumeWithInboundCloseHandler { _ in
                try await Task.sleep(for: .seconds(3_600))
            } onInboundClosed: {
                log.left.withLock { $0 += 1 }
            }
        }
    }
}

extension Logger {
    /// Says nothing: a source that breaks off is no error of a test.
    fileprivate static var silent: Logger {
        var logger = Logger(label: "source-server")
        logger.logLevel = .critical
        return logger
    }
}

/// Runs a service for the length of the body, and has it stop gracefully: a server that is cancelled may have accepted
/// connections that nobody has taken over, which NIO takes for a programming error.
package func serving<Value: Sendable>(
    _ service: any Service, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let services = ServiceGroup(configuration: ServiceGroupConfiguration(services: [service], logger: .silent))
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await services.run() }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
        return try result.get()
    }
}
