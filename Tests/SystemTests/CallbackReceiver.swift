import Crypto
import Foundation
import LIFJSON
import NIOHTTP1
import Synchronization

/// Someone who is told how jobs end.
final class CallbackReceiver: Sendable {
    struct Delivery: Sendable {
        let path: String
        let headers: HTTPHeaders
        let body: [UInt8]

        var json: JSONValue { (try? JSONParser.parse(body)) ?? .null }

        /// As the Standard Webhooks specification has it ("Verifying signatures").
        func isSigned(with key: String) -> Bool {
            guard let id = headers.first(name: "webhook-id"), let time = headers.first(name: "webhook-timestamp"),
                let seconds = Double(time), abs(seconds - Date().timeIntervalSince1970) < 300,
                let signature = headers.first(name: "webhook-signature"), signature.hasPrefix("v1,"),
                let code = Data(base64Encoded: String(signature.dropFirst(3)))
            else { return false }
            return HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: Array("\(id).\(time).".utf8) + body, using: SymmetricKey(data: Array(key.utf8)))
        }
    }

    private final class Recorder: Sendable {
        let deliveries: Mutex<[Delivery]> = Mutex([])
    }

    private let server: StandInServer
    private let recorder: Recorder

    static func start(at port: StandInServer.ReservedPort) async throws -> CallbackReceiver {
        let recorder = Recorder()
        let server = try await StandInServer.start(at: port) { exchange in
            let request = exchange.request
            recorder.deliveries.withLock {
                $0.append(Delivery(path: request.path, headers: request.headers, body: request.body))
            }
            exchange.answer(status: 204)
        }
        return CallbackReceiver(server, recorder)
    }

    private init(_ server: StandInServer, _ recorder: Recorder) {
        self.server = server
        self.recorder = recorder
    }

    func stop() async { await server.stop() }

    /// What came to a path.
    func deliveries(to path: String) -> [Delivery] {
        recorder.deliveries.withLock { $0.filter { $0.path == path } }
    }
}
