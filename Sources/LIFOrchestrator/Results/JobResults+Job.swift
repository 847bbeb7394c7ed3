public import LIFModel
public import LIFWorkflow

extension JobResults {
    /// The results of a job; parts without an outcome are left out.
    public init(job: Job, outcomes: [Int: Outcome]) {
        self.init(
            job: job.id,
            parts: job.plan.parts.enumerated().compactMap { index, part in
                outcomes[index].map { Part(part: part, outcome: $0) }
            })
    }
}
