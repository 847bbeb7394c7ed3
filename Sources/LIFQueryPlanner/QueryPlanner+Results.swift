public import LIFModel

// MARK: - Results that an orchestrator elsewhere posts

extension QueryPlanner {
    /// Keeps what has arrived for a part of a run, also when no query waits for it any more.
    ///
    /// It is as old as the run, and of the origin that its source had then.
    ///
    /// - Parameter outcome: Checked against the plan; what the part did not ask for is dropped all the same.
    public func keep(_ outcome: Outcome, of part: QueryPlanPart, in run: SubmittedRun) async {
        guard let source = try? await metadata.catalogue()[part.informationSourceID],
            let planned = run.plan.sources[part.informationSourceID],
            configuration.federation.mayKeepAnswer(of: source, to: run.plan)
        else { return }
        let admitted = work.pipelines.admit(outcome, of: part, from: source).outcome
        work.pipelines.keep(admitted, at: part.keys, origin: planned.origin, startedAt: run.submittedAt)
    }

    /// Counts fragments that were posted and not asked for, by source.
    public func countDropped(_ dropped: [String: Int]) {
        for (source, number) in dropped { metrics.dropped(number, from: source) }
    }
}
