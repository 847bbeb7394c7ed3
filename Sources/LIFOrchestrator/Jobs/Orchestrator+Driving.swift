import Foundation
import LIFConcurrency
import LIFJournal
import LIFModel
import LIFWorkflow
import Logging

// MARK: - What happens to jobs, and what is done about it

extension Orchestrator {
    /// Has it decided and committed what follows from an event, and does it.
    ///
    /// - Returns: `nil` for a job that does not exist.
    /// - Throws: `LIFError`: what the journal throws, and then nothing has changed; what the engine throws that does not take
    ///   the run, and then the job is as decided, and is taken up later.
    @discardableResult
    func handle(
        _ id: JobID, _ event: JobOccurrence, submission: JobSubmission? = nil, outcome: Outcome? = nil
    ) async throws -> JobDriver.Decided? {
        let decided = try await driver.decide(
            id, event, submission: submission, outcome: outcome, stop: { await scheduler.cancel(id) })
        if let decided { try await carryOut(decided) }
        return decided
    }

    /// Runs a job that was just accepted.
    func start(_ job: Job, _ graph: WorkflowGraph) async throws {
        try await carryOut(driver.accepted(job), graph)
    }

    /// - Parameter graph: Of the parts that are to be launched, where it was made already.
    private func carryOut(_ decided: JobDriver.Decided, _ graph: WorkflowGraph? = nil) async throws {
        let job = decided.job
        for action in decided.decision.actions {
            switch action {
            case .launch(let parts):
                guard let (run, submission) = try workflowRun(parts, of: decided, graph) else { break }
                if let elsewhere {
                    launch(run, submission, on: elsewhere, mayHaveBegun: false)
                } else {
                    try await submit(run, submission)
                }
            case .adopt(let parts, let handle):
                guard let (run, submission) = try workflowRun(parts, of: decided, graph), let elsewhere else { break }
                if let handle {
                    adopt(run, submission, handle)
                } else {
                    launch(run, submission, on: elsewhere, mayHaveBegun: true)
                }
            case .watch(let standing):
                if let handle = standing.handle { watch.add(handle, job, epoch: standing.epoch) }
            case .launchAgain: break
            case .deliverCancellations: deliverCancellations(of: job)
            case .deliverCancellationsLater: watch.cancelLater(job)
            case .stopRun:
                if elsewhere == nil { await scheduler.cancel(job) } else { leaveElsewhere(job, through: .max) }
            case .setAlarms(let alarms, let epoch): set(alarms, of: job, epoch)
            case .forget(let epoch): forget(job, through: epoch)
            case .countResubmission(let reason):
                admission.countResubmission(of: job)
                logger.warning(
                    "A run is submitted again: \(reason.message)",
                    metadata: ["job": "\(job.logLabel)", "reason": "\(reason.reason.rawValue)"])
            case .log(let level, let event, let message): log(job, decided.at, level, event, message)
            case .tellParts:
                guard let plan = decided.submission?.plan else { break }
                for (part, outcome) in decided.landed {
                    resultHandler.tell(outcome, part: part, of: job, plan, isAccepted: true, written: decided.written)
                }
            case .tellEnd(let status, let failed): tellEnd(of: decided, status, failed: failed)
            case .tellStopped(let reason): tellStopped(job, reason)
            case .tellSLAMissed(let sla):
                metrics.slaMissed()
                admission.noteLate(job)
                log(
                    job, decided.at, .warning, "sla-missed",
                    "The job is not done after \(sla.forPeople), its SLA. It goes on.")
                logger.warning("A job has missed its SLA", metadata: ["job": "\(job.logLabel)"])
            case .deliverCallbacks: callbacks.deliverOwed()
            }
        }
    }

    private func log(
        _ job: JobID, _ at: Date, _ level: JobLogEntry.Level, _ event: String, _ message: String
    ) {
        stores.log.append(JobLogEntry(job: job, at: at, level: level, event: event, message: message))
    }

    private func forget(_ job: JobID, through epoch: Int) {
        admission.forget(job)
        timers.cancel(job, through: epoch)
        if elsewhere != nil { leaveElsewhere(job, through: epoch) }
    }

    private func workflowRun(
        _ parts: [Int], of decided: JobDriver.Decided, _ graph: WorkflowGraph?
    ) throws -> (WorkflowRun, JobSubmission)? {
        guard let submission = decided.submission else { return nil }
        let graph = try graph ?? parser.graph(of: submission.plan, workflow: submission.workflow, parts: parts)
        let run = WorkflowRun(
            job: decided.job, plan: submission.plan, graph: graph, isAccepted: true, fence: decided.state.epoch,
            startedAt: decided.state.startedAt)
        return (run, submission)
    }

    /// Hands a run's graph to the scheduler: itself, or as the engine of jobs.
    ///
    /// - Parameter executor: Does the tasks of a run that someone waits for.
    func submit(
        _ run: WorkflowRun, _ submission: JobSubmission? = nil, to executor: (any TaskExecutor)? = nil
    ) async throws {
        switch admission.enter(run, submission) {
        case .entered: break
        case .isIn: return
        case .isHeldByEarlier:
            // When that one has ended, the job is taken up.
            await scheduler.cancel(run.job)
            return
        }
        do {
            if run.isAccepted {
                do throws(EngineFault) { _ = try await engine.launch(run) } catch { throw error.cause }
            } else {
                try await scheduler.submit(run, to: executor ?? self)
            }
        } catch {
            _ = admission.leave(run.job)
            throw error
        }
        metrics.openParts(admission.openParts)
    }

    private func set(_ alarms: [JobAlarm], of job: JobID, _ epoch: Int) {
        timers.watch(
            job, fence: epoch, now: now(),
            alarms.map { alarm in
                JobTimers.Alarm(date: alarm.date) { [weak self] in await self?.ring(job, alarm.event) }
            })
    }

    private func ring(_ job: JobID, _ event: JobOccurrence) async {
        do {
            try await handle(job, event)
        } catch {
            if Task.isCancelled { return }
            guard case .timeIsUp = event else { return logFault("report that a job has missed its SLA", error) }
            // It is ended when it is found idle.
            if elsewhere == nil { await scheduler.cancel(job) }
            logFault("end a job past its time-out", error)
        }
    }

    private func tellEnd(of decided: JobDriver.Decided, _ status: JobStatus, failed: Int) {
        let (job, machine) = (decided.job, decided.machine)
        metrics.finished(status)
        log(
            job, decided.at, status == .failed ? .warning : .info, "ended",
            "\(status.rawValue): \(machine.partCount) parts, \(failed) failed.")
        let milliseconds = Int(decided.at.timeIntervalSince(machine.acceptedAt) * 1_000)
        logger.info(
            "A job has ended",
            metadata: [
                "job": "\(job.logLabel)", "status": "\(status.rawValue)", "parts": "\(machine.partCount)",
                "failed": "\(failed)", "milliseconds": "\(milliseconds)",
            ])
        board.send(.ended(reason: nil), to: job)
    }

    /// A job stopped before its end, which cannot even be noted: its waiters hear why, and it is taken up later.
    private func tellStopped(_ job: JobID, _ reason: Failure) {
        logger.error(
            "A job stopped before its end: \(reason.message)",
            metadata: ["job": "\(job.logLabel)", "reason": "\(reason.reason.rawValue)"])
        board.send(.ended(reason: reason), to: job)
    }

    // MARK: - What a run reports

    /// Keeps a part's outcome; the first one stays. With the last part that is missing goes the job's end. An outcome that the
    /// queue does not take for its size becomes a failure.
    ///
    /// - Throws: `LIFError` `OutputWriteException`, `OutputQueueNotAvailableException`; `OutputReadException`.
    func land(_ outcome: Outcome, part: Int, of run: WorkflowRun) async throws {
        do {
            try await keep(outcome, part, of: run)
        } catch let error as LIFError where error.reason == .answerTooLarge {
            let failed = Outcome(
                .failed(Failure(of: error)), finishedAt: outcome.finishedAt, duration: outcome.duration)
            try await keep(failed, part, of: run)
        }
    }

    private func keep(_ outcome: Outcome, _ part: Int, of run: WorkflowRun) async throws {
        if admission.isLast(part, of: run) {
            let landing = JobStateMachine.Landing(OutcomeSummary(outcome))
            let decided = try await handle(
                run.job, .landing(part: part, landing, epoch: run.fence), outcome: outcome)
            if decided?.decision.landsWithIt == true { return admission.landed(part, of: run) }
        }
        let start = ContinuousClock.now
        let isFirst = try await queue(of: run).write(outcome, job: run.job, part: part, fence: run.fence)
        admission.landed(part, of: run)
        if isFirst {
            resultHandler.tell(
                outcome, part: part, of: run.job, run.plan, isAccepted: run.isAccepted,
                written: ContinuousClock.now - start)
        }
    }

    func queue(of run: WorkflowRun) -> any OutputQueue { run.isAccepted ? stores.queue : memory }

    /// The engine has nothing of a run any more. What has landed shows whether the job has ended.
    func jobRunEnded(_ run: WorkflowRun, _ submission: JobSubmission?, _ error: (any Error)?) async {
        do {
            let decided = try await handle(
                run.job, .runEnded(epoch: run.fence, EngineRunEnd(error)), submission: submission)
            if decided == nil { forget(run.job, through: run.fence) }
        } catch {
            tellStopped(run.job, Failure(of: error))
        }
    }
}
