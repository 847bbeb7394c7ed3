/// How metrics are kept: the buckets of histograms, and how many label sets one family may have.
public struct MetricsConfiguration: Sendable {
    /// Upper bounds, in seconds, of a timer's buckets; `+Inf` is always there.
    public var timerBuckets: [Double]
    /// Upper bounds of the buckets of a recorder that aggregates, in whatever it records.
    public var recorderBuckets: [Double]
    /// Upper bounds for the metrics whose name begins with the key. The longest key counts.
    public var bucketsByPrefix: [String: [Double]]
    /// Label sets that one family may have. Further ones are counted together as `overflow="true"`.
    public var labelSetLimit: Int

    /// For the time of answers: from 5 milliseconds to 60 seconds.
    public static let defaultTimerBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
    /// For counts: from 1 to 10,000.
    public static let defaultRecorderBuckets: [Double] = [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000,
    ]

    /// The default buckets suit times in seconds and counts; metrics of another size go into `bucketsByPrefix`.
    public init(
        timerBuckets: [Double] = defaultTimerBuckets, recorderBuckets: [Double] = defaultRecorderBuckets,
        bucketsByPrefix: [String: [Double]] = [:], labelSetLimit: Int = 2_000
    ) {
        self.timerBuckets = timerBuckets
        self.recorderBuckets = recorderBuckets
        self.bucketsByPrefix = bucketsByPrefix
        self.labelSetLimit = labelSetLimit
    }

    /// The bounds for a metric: finite, ascending, each once.
    func buckets(of name: String, otherwise given: [Double]) -> [Double] {
        let longest = bucketsByPrefix.keys.filter { name.hasPrefix($0) }.max { $0.utf8.count < $1.utf8.count }
        let bounds = longest.flatMap { bucketsByPrefix[$0] } ?? given
        return Set(bounds.filter(\.isFinite)).sorted()
    }
}
