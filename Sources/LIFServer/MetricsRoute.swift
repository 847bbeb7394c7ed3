import Hummingbird
import NIOCore

/// `GET /metrics` in the Prometheus text format.
struct MetricsRoute: Sendable {
    let text: @Sendable () -> [UInt8]

    func add(to router: Router<ComponentRequestContext>) {
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(bytes: text())))
        }
    }
}
