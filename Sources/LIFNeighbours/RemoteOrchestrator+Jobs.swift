import LIFModel

// MARK: - A plan as several jobs

extension RemoteOrchestrator {
    /// How many jobs of one plan are at the orchestrator at the same time.
    private static let jobsAtOnce = 8

    /// Runs each job, several at once. A job that is refused costs its own parts only; when the orchestrator does not answer at
    /// all, no further job is submitted.
    ///
    /// - Throws: The first refusal, before others one that may pass, when all that was submitted has ended; `CancellationError`.
    func run(
        _ jobs: RemoteJobs, of plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void
    ) async throws {
        var refusal: LIFError?
        try await withThrowingTaskGroup(of: LIFError?.self) { group in
            var waiting = jobs.parts.indices
            func submitNext() {
                guard let job = waiting.popFirst() else { return }
                let indices = jobs.parts[job]
                let plan = jobs.plan(ofJob: job, of: plan)
                group.addTask {
                    do {
                        try await runAccepted(plan) { await land(indices[$0], $1) }
                        return nil
                    } catch let error as LIFError {
                        return error
                    }
                }
            }
            for _ in 0..<Self.jobsAtOnce { submitNext() }
            while let error = try await group.next() {
                refusal = Self.weightier(refusal, error)
                if let error, OrchestratorProblem.isSilence(error) { waiting = 0..<0 }
                submitNext()
            }
        }
        if let refusal { throw refusal }
    }
}
