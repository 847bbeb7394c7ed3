import CoreMetrics
import Synchronization

/// A counter. Whole and fractional increments are added apart, so that whole ones stay exact.
///
/// What would make it fall, and what is no number, is ignored.
final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    static let kind = MetricKind.counter

    let family: String
    let labels: LabelSet
    private let whole = Atomic<Int64>(0)
    private let fractional = AtomicDouble()

    init(family: String, labels: LabelSet, buckets: [Double]) {
        self.family = family
        self.labels = labels
    }

    /// Stops at `Int64.max`.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        var current = whole.load(ordering: .relaxed)
        while true {
            let (sum, isTooLarge) = current.addingReportingOverflow(amount)
            let (exchanged, original) = whole.weakCompareExchange(
                expected: current, desired: isTooLarge ? .max : sum, ordering: .relaxed)
            if exchanged { return }
            current = original
        }
    }

    func increment(by amount: Double) {
        guard amount.isFinite, amount > 0 else { return }
        fractional.add(amount)
    }

    func reset() {
        whole.store(0, ordering: .relaxed)
        fractional.store(0)
    }

    func write(to writer: inout ExpositionWriter) {
        let (whole, fractional) = (whole.load(ordering: .relaxed), fractional.load())
        if fractional == 0 {
            writer.sample(family, labels, whole)
        } else {
            writer.sample(family, labels, Double(whole) + fractional)
        }
    }
}
