import Foundation
public import LIFModel
public import LIFWorkflow

// MARK: - What can be asked about jobs and done to them

extension Orchestrator {
    static let notFound = LIFError(.jobNotFoundException, "There is no job of this id.")

    func existing(_ id: JobID) async throws -> Job {
        guard let job = try await stores.jobs.job(id) else { throw Self.notFound }
        return job
    }

    /// How a job stands now.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`, `OutputReadException`.
    public func report(_ id: JobID) async throws -> JobReport {
        try await report(of: try await existing(id))
    }

    func report(of job: Job) async throws -> JobReport {
        let progress = try await stores.queue.progress(of: job.id)
        var isStarted = job.holder != stores.leases.own
        if !isStarted { isStarted = await isHeld(job.id) }
        return JobReport(job: job, progress: progress, isStarted: isStarted)
    }

    /// Jobs, newest first.
    public func reports(_ filter: JobFilter) async throws -> [JobReport] {
        var reports: [JobReport] = []
        for job in try await stores.jobs.jobs(filter) { reports.append(try await report(of: job)) }
        return reports
    }

    /// The outcomes of a job with their data, as far as they have landed.
    ///
    /// - Throws: `LIFError` `JobNotFoundException`, `ResultExpired`, `OutputReadException`.
    public func results(_ id: JobID) async throws -> JobResults {
        let job = try await existing(id)
        return JobResults(job: job, outcomes: try await stores.queue.outcomes(of: id))
    }

    /// As `results`, to be read some parts at a time.
    ///
    /// Large ones wait until there is room for them in memory.
    ///
    /// - Throws: As `results`; `Overloaded`; `CancellationError`.
    public func keptResults(_ id: JobID) async throws -> KeptResults {
        try await KeptResults(try await existing(id), in: stores.queue, room: resultRoom)
    }

    /// The graph of a job, as it would run now.
    public func graph(_ id: JobID) async throws -> (report: JobReport, graph: WorkflowGraph) {
        let report = try await report(id)
        let plan = report.job.plan
        let parts = Array(plan.parts.indices)
        return (report, try parser.graph(of: plan, workflow: report.job.submission.workflow, parts: parts))
    }

    /// The last entries of a job's log.
    public func log(_ id: JobID, limit: Int = 1_000) async throws -> [JobLogEntry] {
        _ = try await existing(id)
        await stores.log.flush()
        return try await stores.log.entries(of: id, limit: limit)
    }

    /// Asks every configured source, all at the same time, whether it answers, and whether it has what is configured.
    ///
    /// - Returns: In configuration order.
    public func checkSources() async -> [SourceCheck] {
        let setup = setup
        let sources = setup.configuration.catalogue.sources + (setup.parser.registry.openSources?.known ?? [])
        return await withTaskGroup(of: (Int, SourceCheck).self) { group in
            for (index, source) in sources.enumerated() {
                group.addTask { (index, await Self.check(source, setup)) }
            }
            var checks: [Int: SourceCheck] = [:]
            for await (index, check) in group { checks[index] = check }
            return sources.indices.compactMap { checks[$0] }
        }
    }

    private static func check(_ source: InformationSource, _ setup: OrchestratorSetup) async -> SourceCheck {
        do {
            let adapter = try setup.loader.adapter(of: source)
            let translator = try source.translation.map { _ in try setup.loader.translator(of: source.id) }
            let policy = TaskPolicy(retries: 0, timeout: setup.configuration.settings(of: source.id).policy.timeout)
            return try await TaskRunner().run(policy) { _ in
                var sentences = [try await adapter.check()]
                if let translator { sentences.append(try await translator.check()) }
                // What a translator makes of the source's data is not for the source to say.
                let notices =
                    translator == nil ? try await adapter.notices(about: source.fragmentPaths) : []
                return SourceCheck(
                    source: source, result: .success(sentences.joined(separator: " ")), notices: notices)
            }
        } catch {
            return SourceCheck(source: source, result: .failure(Failure(of: error)))
        }
    }
}
