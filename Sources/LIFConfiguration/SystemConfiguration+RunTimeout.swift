public import LIFModel

extension SystemConfiguration {
    /// What a run takes beside the sources: it waits for a place, and starts.
    private static let runOverhead = Duration.seconds(30)
    /// As long as deployed planners wait.
    private static let standardRunTimeout = Duration.seconds(300)

    /// How long a run of a plan may take at an orchestrator elsewhere: what `orchestrator_run_timeout` says. Without it, where
    /// each of its sources has a `timeout` in the configuration, half a minute more than the longest of these.
    public func runTimeout(of plan: QueryPlan) -> Duration {
        if let remoteRunTimeout { return remoteRunTimeout }
        let ids = Set(plan.parts.map(\.informationSourceID))
        let written = sources.filter { ids.contains($0.source.id) }.compactMap(\.writtenTimeout)
        guard written.count == ids.count, let longest = written.max() else { return Self.standardRunTimeout }
        return longest + Self.runOverhead
    }
}
