/// How results that are posted to the planner are taken.
public struct OrchestrationRunsConfiguration: Sendable, Hashable {
    /// How long results wait for their run to become known.
    public var holdingTime: Duration
    /// How many results may wait so at the same time.
    public var heldLimit: Int
    /// How many bytes they may have together.
    public var heldByteLimit: Int
    /// How long a run is kept after it was submitted; results that come later are refused.
    public var retention: Duration

    /// Defaults: results wait up to 5 seconds for their run, 64 of them with 64 MiB together; runs are kept for a day.
    public init(
        holdingTime: Duration = .seconds(5), heldLimit: Int = 64, heldByteLimit: Int = 64 << 20,
        retention: Duration = .seconds(86_400)
    ) {
        self.holdingTime = holdingTime
        self.heldLimit = heldLimit
        self.heldByteLimit = heldByteLimit
        self.retention = retention
    }
}
