import CoreMetrics
import Synchronization

/// What is counted and timed, as text: the name with its labels.
final class RecordedMetrics: MetricsFactory {
    private let recorded = Mutex<[String: [Int64]]>([:])

    /// Every name with its labels.
    var names: [String] { recorded.withLock { $0.keys.sorted() } }

    /// The sum of a counter, or of what was recorded.
    func total(_ name: String) -> Int64 { recorded.withLock { $0[name]?.reduce(0, +) ?? 0 } }

    func last(_ name: String) -> Int64? { recorded.withLock { $0[name]?.last } }

    func count(_ name: String) -> Int { recorded.withLock { $0[name]?.count ?? 0 } }

    private func handler(_ label: String, _ dimensions: [(String, String)]) -> Handler {
        let labels = dimensions.map { "\($0)=\($1)" }.joined(separator: ",")
        let name = labels.isEmpty ? label : "\(label){\(labels)}"
        return Handler { [self] value in recorded.withLock { $0[name, default: []].append(value) } }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler { handler(label, dimensions) }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        handler(label, dimensions)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { handler(label, dimensions) }

    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    private final class Handler: CounterHandler, RecorderHandler, TimerHandler {
        private let add: @Sendable (Int64) -> Void

        init(_ add: @escaping @Sendable (Int64) -> Void) { self.add = add }

        func increment(by amount: Int64) { add(amount) }
        func reset() {}
        func record(_ value: Int64) { add(value) }
        func record(_ value: Double) { add(Int64(value)) }
        func recordNanoseconds(_ duration: Int64) { add(duration) }
    }
}
