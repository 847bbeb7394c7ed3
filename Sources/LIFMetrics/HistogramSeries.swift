import CoreMetrics
import Synchronization

/// A histogram: a timer, in seconds, or a recorder that aggregates. What is no finite number is ignored.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    static let kind = MetricKind.histogram

    private struct State {
        /// One for each bucket, and one for what is above the last; not cumulative.
        var counts: [UInt64]
        var sum = 0.0
    }

    let family: String
    let labels: LabelSet
    private let buckets: [Double]
    private let state: Mutex<State>

    init(family: String, labels: LabelSet, buckets: [Double]) {
        self.family = family
        self.labels = labels
        self.buckets = buckets
        state = Mutex(State(counts: Array(repeating: 0, count: buckets.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        // A bucket holds what is at most its bound.
        let index = buckets.firstIndex { value <= $0 } ?? buckets.count
        state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }

    /// A clock that was set back cannot have measured less than nothing.
    func recordNanoseconds(_ duration: Int64) { record(Double(max(0, duration)) / 1e9) }

    func write(to writer: inout ExpositionWriter) {
        let state = state.withLock { $0 }
        var count: UInt64 = 0
        for (bound, inBucket) in zip(buckets + [.infinity], state.counts) {
            count += inBucket
            writer.bucket(family, labels, bound, count)
        }
        writer.sample(family + "_sum", labels, state.sum)
        writer.sample(family + "_count", labels, count)
    }
}
