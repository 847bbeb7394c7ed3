public import LIFModel

// MARK: - Results that an orchestrator elsewhere posts

extension QueryPlanner {
    /// Keeps what has arrived for a part of a plan, also when no query waits for it any more.
    ///
    /// - Parameter outcome: Checked against the plan; what the part did not ask for is dropped all the same.
    public func keep(_ outcome: Outcome, of part: QueryPlanPart, in plan: QueryPlan) async {
        guard let source = try? await metadata.catalogue()[part.informationSourceID],
            configuration.federation.mayKeepAnswer(of: source, to: plan)
        else { return }
        cache.keep(
            runner.pipelines.admit(outcome, of: part, from: source).fetched.compactMap { fetched in
                if case .success(let fragment) = fetched.result { fragment } else { nil }
            })
    }

    /// Counts fragments that were posted and not asked for, by source.
    public func countDropped(_ dropped: [String: Int]) {
        for (source, number) in dropped { metrics.dropped(number, from: source) }
    }
}
