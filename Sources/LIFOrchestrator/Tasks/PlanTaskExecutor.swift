import Foundation
import LIFConcurrency
import LIFModel
import LIFWorkflow

/// Does the tasks of a run: resolves the operator, has `TaskRunner` run it, and hands the output on through the output queue
/// (Orchestrator seed, "LIF Task Operator").
///
/// It knows nothing between two tasks: each reads the output of the one before it from the queue, so that a task may run in
/// another process than the one before.
struct PlanTaskExecutor: Sendable {
    let orchestrator: Orchestrator
    /// As it was when the task began.
    let setup: OrchestratorSetup
    let breakers: SourceBreakers
    /// Sees what operators do, where somebody looks at the run.
    var trace: OperatorTrace?

    var runner: TaskRunner { orchestrator.runner }
    var metrics: OrchestratorMetrics { orchestrator.metrics }
    var log: any JobLog { orchestrator.stores.log }
    private var room: StoreRoom { orchestrator.room }

    func now() -> Date { orchestrator.now() }

    /// Off the threads that answer requests: sources decide how much there is to do.
    ///
    /// - Throws: `LIFError` when the output queue cannot be used; `CancellationError`. A failing operator is an output.
    func execute(_ task: WorkflowTask, of run: WorkflowRun) async throws {
        try await ForeignDataExecutor.run { try await work(on: task, of: run) }
    }

    private func work(on task: WorkflowTask, of run: WorkflowRun) async throws {
        switch task.work {
        case .start: break
        case .fetch(let part):
            // A run that was begun before may have the output already: what was fetched is not fetched again.
            if run.isAccepted, try await queue(run).output(of: task.id, job: run.job) != nil { break }
            // Nor is what could not be kept.
            if run.isAccepted { try await room.check() }
            metrics.waited(source: run.plan.parts[part].informationSourceID, sinceStart(of: run))
            try await perform(task, part, of: run) { try await fetch($0, task, run, attempted: $1) }
        case .translate(let part):
            try await pass(task, part, of: run) { input, attempted in
                try await translate(input, run.plan.parts[part], task, run, attempted: attempted)
            }
        case .process(let part, let step):
            try await pass(task, part, of: run) { input, attempted in
                try await process(input, run.plan.parts[part], step: step, task, run, attempted: attempted)
            }
        case .store(let part):
            try await store(part, from: task.upstream.first, of: run)
        case .finish:
            if run.isAccepted { try await orchestrator.handle(run.job, .finished(epoch: run.fence)) }
        }
        reportSLA(of: task, run)
    }

    func queue(_ run: WorkflowRun) -> any OutputQueue { orchestrator.queue(of: run) }

    private func sinceStart(of run: WorkflowRun) -> Duration {
        .seconds(max(0, now().timeIntervalSince(run.startedAt)))
    }

    /// Runs the work on the output of the task before it, unless that failed: a failure is handed on.
    private func pass(
        _ task: WorkflowTask, _ part: Int, of run: WorkflowRun,
        _ work: @escaping @Sendable (TaskOutput, Attempts) async throws -> OperatorAnswer
    ) async throws {
        guard let upstream = task.upstream.first,
            let input = try await queue(run).output(of: upstream, job: run.job)
        else {
            try await checkFiled(part, of: run)
            return
        }
        if case .failed = input.content {
            try await write(input, task, attempt: 1, of: run)
        } else {
            try await perform(task, part, of: run, after: input) { _, attempted in try await work(input, attempted) }
        }
    }

    /// Runs an operator and keeps what came of it, also a failure. What the source or a step gives beside what is
    /// admitted goes no further.
    private func perform(
        _ task: WorkflowTask, _ part: Int, of run: WorkflowRun, after input: TaskOutput? = nil,
        _ work: (QueryPlanPart, Attempts) async throws -> OperatorAnswer
    ) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let planPart = run.plan.parts[part]
        let attempts = Attempts()
        var output: TaskOutput
        do {
            let answer = try await work(planPart, attempts)
            report(answer.unmatched, of: planPart, task, run)
            output = admitted(answer, planPart, of: task.work)
        } catch let error as CancellationError where Task.isCancelled {
            throw error
        } catch {
            var failure = Failure(of: error)
            failure.attempts = attempts.number
            output = TaskOutput(.failed(failure))
        }
        let duration = clock.now - start
        output.elapsed = (input?.elapsed ?? .zero) + duration
        metrics.task(task.work, source: planPart.informationSourceID, outcome: output.word, duration)
        try await write(output, task, attempt: max(1, attempts.number ?? 1), of: run)
    }

    /// The one place where what operators give is held against the plan and the configuration.
    private func admitted(
        _ answer: OperatorAnswer, _ part: QueryPlanPart, of work: WorkflowTask.Work
    ) -> TaskOutput {
        let source = setup.configuration.catalogue[part.informationSourceID]
        var output = answer.output
        var dropped = source.map { source in answer.leftOut.count { !source.supplies($0) } } ?? 0
        if case .fragments(let fragments) = output.content, !work.isProcess, part.isAboutAnother(fragments, of: source)
        {
            output.failures = [:]
            output.content = .failed(AnsweredLearner.failure)
            dropped += fragments.count
        } else if case .fragments(let fragments) = output.content {
            output.failures = part.admitted(output.failures, of: source)
            let admitted = part.admitted(fragments.filter { output.failures[$0.path] == nil }, of: source)
            output.content = .fragments(admitted.fragments)
            dropped += admitted.dropped
        }
        if dropped > 0 { metrics.dropped(source: part.informationSourceID, fragments: dropped) }
        return output
    }

    /// Keeps an output. One that the queue does not take for its size becomes a failure.
    private func write(_ output: TaskOutput, _ task: WorkflowTask, attempt: Int, of run: WorkflowRun) async throws {
        func write(_ output: TaskOutput) async throws {
            try await runner.run(Self.storagePolicy) { _ in
                try await queue(run).write(output, job: run.job, task: task.id, attempt: attempt, fence: run.fence)
            }
        }
        do {
            try await write(output)
        } catch let error as LIFError where error.isQueueFault && run.isAccepted {
            room.lacked(output.dataBytes, error)
            throw error
        } catch let error as LIFError where error.reason == .answerTooLarge {
            var failure = Failure(of: error)
            failure.attempts = attempt
            try await write(TaskOutput(.failed(failure), elapsed: output.elapsed))
        }
    }

    /// A full disk may be emptied and a locked file released, so filing is tried again for a while.
    static let storagePolicy = TaskPolicy(retries: 3, backoff: .milliseconds(100), timeout: .seconds(30))

    private func store(_ part: Int, from upstream: WorkflowTask.ID?, of run: WorkflowRun) async throws {
        guard let upstream, let output = try await queue(run).output(of: upstream, job: run.job) else {
            try await checkFiled(part, of: run)
            return
        }
        let outcome = output.outcome(of: run.plan.parts[part], finishedAt: now())
        do {
            try await runner.run(Self.storagePolicy) { _ in
                try await orchestrator.land(outcome, part: part, of: run)
            }
        } catch let error as LIFError where error.isQueueFault && run.isAccepted {
            room.lacked(outcome.dataBytes, error)
            throw error
        }
    }

    /// Where the output of the task before is gone, the part's outcome must be there.
    private func checkFiled(_ part: Int, of run: WorkflowRun) async throws {
        if try await queue(run).progress(of: run.job)[part] != nil { return }
        throw LIFError(
            .outputReadException, "The output of a task is not in the output queue, nor is the part's outcome.",
            blame: .engine, reason: .storage)
    }

    private func reportSLA(of task: WorkflowTask, _ run: WorkflowRun) {
        guard let sla = task.resources.sla, run.isAccepted else { return }
        let taken = sinceStart(of: run)
        guard taken > sla else { return }
        metrics.slaMissed()
        log.append(
            JobLogEntry(
                job: run.job, at: now(), level: .warning, event: "sla-missed", task: task.id,
                message: "The task was done \(taken.forPeople) after the run's start; its SLA is \(sla.forPeople)."))
    }
}

extension WorkflowTask.Work {
    /// Whether it is a step of a pipeline, which may change the identifiers: what it is given was looked at before.
    fileprivate var isProcess: Bool { if case .process = self { true } else { false } }
}

extension TaskOutput {
    /// For metrics.
    var word: String {
        switch content {
        case .document: "data"
        case .fragments(let fragments): fragments.isEmpty ? "empty" : "data"
        case .failed: "failed"
        }
    }

    /// What becomes of the part when this is the output of its last task.
    func outcome(of part: QueryPlanPart, finishedAt: Date) -> Outcome {
        let fragments: [Fragment]
        switch content {
        case .failed(let failure):
            return Outcome(.failed(failure), finishedAt: finishedAt, duration: elapsed)
        case .fragments(let list):
            fragments = list
        case .document:
            // A document that no translator was asked to read has no fragments.
            fragments = []
        }
        return Outcome(
            of: part, fragments: fragments, failures: failures, learnerKnown: learnerKnown, finishedAt: finishedAt,
            duration: elapsed, dataTimestamp: dataTimestamp ?? finishedAt)
    }
}
