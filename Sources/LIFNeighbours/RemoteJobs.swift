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

    /// No job has two parts of one source: the deployed job finds a part's results by its source and adapter alone, and gives
    /// the first one's to all. What has one identifier stays together. Sources that know a learner by different identifiers
    /// share jobs, as the plan does not say which of them belong together.
    private static func oneLearnerEach(_ plan: QueryPlan) -> [[Int]] {
        var groups: [[Int]] = []
        var openGroup: [LearnerIdentifier: Int] = [:]
        for (index, part) in plan.parts.enumerated() {
            if let group = openGroup[part.learner],
                !groups[group].contains(where: { plan.parts[$0].informationSourceID == part.informationSourceID })
            {
                groups[group].append(index)
            } else {
                openGroup[part.learner] = groups.count
                groups.append([index])
            }
        }
        var jobs: [[Int]] = []
        /// The first job after all that have a part of the source.
        var next: [String: Int] = [:]
        for group in groups {
            let sources = group.map { plan.parts[$0].informationSourceID }
            let job = sources.compactMap { next[$0] }.max() ?? 0
            if job == jobs.count { jobs.append([]) }
            jobs[job] += group
            for source in sources { next[source] = job + 1 }
        }
        return jobs.map { $0.sorted() }
    }

    func plan(ofJob job: Int, of plan: QueryPlan) -> QueryPlan {
        QueryPlan(parts: parts[job].map { plan.parts[$0] }, via: plan.via)
    }
}
