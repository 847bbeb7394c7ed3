import Synchronization
import Testing

@testable import lif

@Suite("Requests for a reload")
struct SettledRequestsTests {
    @Test("are given on once what they report has settled, each of them, to the end")
    func settling() async {
        let (requests, continuation) = AsyncStream.makeStream(of: Int.self)
        for request in 1...2 { continuation.yield(request) }
        continuation.finish()
        let steps = Mutex<[String]>([])
        for await request in SettledRequests(requests, settle: { steps.withLock { $0.append("settled") } }) {
            steps.withLock { $0.append("request \(request)") }
        }
        #expect(steps.withLock { $0 } == ["settled", "request 1", "settled", "request 2"])
    }
}
