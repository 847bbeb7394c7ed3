import HTTPTypes
import Hummingbird
import LIFJSON
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// An HTTP server on a free port of loopback that answers as a closure says, and remembers what it was asked.
final class SourceServer: Sendable {
    struct Asked: Sendable {
        let method: String
        /// Path and query as they came.
        let target: String
        let headers: HTTPFields
        let body: [UInt8]

        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
        var json: RawJSON { (try? RawJSON(validating: body)) ?? .null }
    }

    struct Reply: Sendable {
        var status: Int
        var body: [UInt8]
        var headers: [String: String] = [:]
        /// How often the body is sent.
        var times = 1

        static func json(_ text: String, status: Int = 200) -> Reply {
            Reply(status: status, body: Array(text.utf8), headers: ["Content-Type": "application/json"])
        }

        static func json(_ value: RawJSON) -> Reply { Reply(status: 200, body: Array(value.bytes)) }

        static func status(_ status: Int) -> Reply { json("{}", status: status) }
    }

    typealias Behaviour = @Sendable (Asked) async throws -> Reply

    let port: Int
    private let log: Log

    var url: String { "http://127.0.0.1:\(port)" }
    var asked: [Asked] { log.entries.withLock { $0 } }

    private init(port: Int, log: Log) {
        self.port = port
        self.log = log
    }

    private final class Log: Sendable {
        let entries = Mutex<[Asked]>([])
    }

    /// Runs a server for the length of the body.
    static func with<Value: Sendable>(
        _ behaviour: @escaping Behaviour, _ body: @escaping @Sendable (SourceServer) async throws -> Value
    ) async throws -> Value {
        let log = Log()
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let responder = CallbackResponder { (request: Request, _: BasicRequestContext) in
            let asked = Asked(
                method: request.method.rawValue, target: request.uri.description, headers: request.headers,
                body: Array(try await request.body.collect(upTo: 1 << 22).readableBytesView))
            log.entries.withLock { $0.append(asked) }
            return Self.response(try await cancelWhenGracefulShutdown { try await behaviour(asked) })
        }
        var logger = Logger(label: "source-server")
        logger.logLevel = .critical
        let application = Application(
            responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                port.yield(channel.localAddress?.port ?? 0)
                port.finish()
            }, logger: logger)
        return try await serving(application) {
            var number = 0
            for await port in ports { number = port }
            return try await body(SourceServer(port: number, log: log))
        }
    }

    private static func response(_ reply: Reply) -> Response {
        var headers = HTTPFields()
        for (name, value) in reply.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        let chunk = ByteBuffer(bytes: reply.body)
        let body = ResponseBody { writer in
            for _ in 0..<reply.times { try await writer.write(chunk) }
            try await writer.finish(nil)
        }
        return Response(status: .init(code: reply.status), headers: headers, body: body)
    }
}

/// Runs a service for the length of the body, and has it stop gracefully: a server that is cancelled may have accepted
/// connections that nobody has taken over, which NIO takes for a programming error.
func serving<Value: Sendable>(
    _ service: any Service, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    var logger = Logger(label: "test-service")
    logger.logLevel = .critical
    let services = ServiceGroup(
        configuration: ServiceGroupConfiguration(services: [service], logger: logger))
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
