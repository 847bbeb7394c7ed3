import CoreMetrics

/// A gauge: a meter, or a recorder that does not aggregate. It is 0 until it is set.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    static let kind = MetricKind.gauge

    let family: String
    let labels: LabelSet
    private let value = AtomicDouble()

    init(family: String, labels: LabelSet, buckets: [Double]) {
        self.family = family
        self.labels = labels
    }

    func set(_ value: Int64) { self.value.store(Double(value)) }
    func set(_ value: Double) { self.value.store(value) }

    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }

    func increment(by amount: Double) {
        if amount.isFinite { value.add(amount) }
    }

    func decrement(by amount: Double) { increment(by: -amount) }

    func write(to writer: inout ExpositionWriter) { writer.sample(family, labels, value.load()) }
}
