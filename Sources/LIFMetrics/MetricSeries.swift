/// One label set of a family, and the handler that callers hold. Recording takes no lock but its own.
protocol MetricSeries: AnyObject, Sendable {
    static var kind: MetricKind { get }

    var family: String { get }
    var labels: LabelSet { get }

    /// - Parameter buckets: Finite, ascending; used by histograms.
    init(family: String, labels: LabelSet, buckets: [Double])

    func write(to writer: inout ExpositionWriter)
}
