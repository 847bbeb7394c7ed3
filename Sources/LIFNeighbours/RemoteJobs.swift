import LIFModel

/// A plan divided into the jobs that it is submitted as. Pure.
struct RemoteJobs: Sendable, Hashable {
    /// The indices of each job's parts in the plan.
    let parts: [[Int]]

    /// - Parameter learners: How many learners one job may be for.
    init(_ plan: QueryPlan, learners: RemoteOrchestratorConfiguration.LearnersPerJob) {
        switch learners {
        case .many: parts = [Array(plan.parts.indices)]
        case .one: parts = Self.oneLearnerEach(plan)
        }
    }

    /// A job is for one identifier and has no two parts of one source: the deployed job finds a part's results by its source
    /// and adapter alone, and gives the first one's to all. Sources that know a learner by different identifiers are asked in
    /// different jobs, as the plan does not say which identifiers are one learner's.
    private static func oneLearnerEach(_ plan: QueryPlan) -> [[Int]] {
        var jobs: [[Int]] = []
        var openJob: [LearnerIdentifier: (job: Int, sources: Set<String>)] = [:]
        for (index, part) in plan.parts.enumerated() {
            if let open = openJob[part.learner], !open.sources.contains(part.informationSourceID) {
                jobs[open.job].append(index)
                openJob[part.learner]?.sources.insert(part.informationSourceID)
            } else {
                openJob[part.learner] = (jobs.count, [part.informationSourceID])
                jobs.append([index])
            }
        }
        return jobs
    }

    func plan(ofJob job: Int, of plan: QueryPlan) -> QueryPlan {
        QueryPlan(parts: parts[job].map { plan.parts[$0] }, via: plan.via, sources: plan.sources)
    }
}
