import Foundation
import Hummingbird
import Logging

/// The least that an HTTP server can do: reads a request's body and answers with the bytes of a file. What the planner
/// takes beyond this for a cached answer is its own.
@main
struct BareRoute {
    static func main() async throws {
        let bytes = ByteBuffer(bytes: try Data(contentsOf: URL(filePath: CommandLine.arguments[1])))
        let router = Router()
        router.post("query") { request, _ in
            _ = try await request.body.collect(upTo: 1 << 20)
            return Response(
                status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: bytes))
        }
        var logger = Logger(label: "bare")
        logger.logLevel = .critical
        let port = Int(CommandLine.arguments[2]) ?? 0
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        try await application.run()
    }
}
