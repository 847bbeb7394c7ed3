import HTTPTypes
import Hummingbird
import LIFHTTP
import LIFJSON
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// An HTTP server on a free port of loopback that answers as a closure says, and remembers what it was asked.
final class StandInServer: Sendable {
    struct Asked: Sendable {
        let method: String
        /// Path and query as they came.
        let target: String
        let headers: HTTPFields
        let body: [UInt8]

        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
        var json: JSONValue { (try? JSONParser.parse(body)) ?? .null }
    }

    struct Reply: Sendable {
        var status: Int
        var body: String
        var headers: [String: String] = [:]

        static func json(_ value: JSONValue, status: Int = 200) -> Reply {
            var writer = JSONWriter()
            writer.value(value)
            return Reply(status: status, body: String(decoding: writer.bytes, as: UTF8.self))
        }
    }

    typealias Behaviour = @Sendable (Asked) async throws -> Reply

    let port: Int
    /// What came in, for one reader: the test that wants to know when.
    let arrivals: AsyncStream<Void>
    private let log: Log

    var url: String { "http://127.0.0.1:\(port)" }
    var asked: [Asked] { log.entries.withLock { $0 } }

    private init(port: Int, arrivals: AsyncStream<Void>, log: Log) {
        self.port = port
        self.arrivals = arrivals
        self.log = log
    }

    private final class Log: Sendable {
        let entries = Mutex<[Asked]>([])
    }

    /// Runs a server for the length of the body.
    static func with<Value: Sendable>(
        _ behaviour: @escaping Behaviour, _ body: @escaping @Sendable (StandInServer) async throws -> Value
    ) async throws -> Value {
        let log = Log()
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        let responder = CallbackResponder { (request: Request, _: BasicRequestContext) in
            let asked = Asked(
                method: request.method.rawValue, target: request.uri.description, headers: request.headers,
                body: Array(try await request.body.collect(upTo: 1 << 20).readableBytesView))
            log.entries.withLock { $0.append(asked) }
            arrival.yield()
            return Self.response(try await cancelWhenGracefulShutdown { try await behaviour(asked) })
        }
        var logger = Logger(label: "stand-in")
        logger.logLevel = .critical
        let application = Application(
            responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                port.yield(channel.localAddress?.port ?? 0)
                port.finish()
            }, logger: logger)
        // It stops gracefully: a server that is cancelled may have accepted connections that nobody has taken over,
        // which NIO takes for a programming error.
        let services = ServiceGroup(configuration: ServiceGroupConfiguration(services: [application], logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            let result: Result<Value, any Error>
            do {
                var number = 0
                for await port in ports { number = port }
                result = .success(try await body(StandInServer(port: number, arrivals: arrivals, log: log)))
            } catch {
                result = .failure(error)
            }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            return try result.get()
        }
    }

    private static func response(_ reply: Reply) -> Response {
        var headers = HTTPFields()
        for (name, value) in reply.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(
            status: .init(code: reply.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: reply.body)))
    }
}
