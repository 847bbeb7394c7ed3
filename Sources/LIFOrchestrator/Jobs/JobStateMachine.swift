import Foundation
import LIFJournal
import LIFModel
import LIFWorkflow

/// The life of a job, from its acceptance to its end and through its retries: what follows from what happens to it.
///
/// It is pure: what is known of the job is its value, time comes with the event, and what it decides is carried out by others
/// (`JobDriver`, `Orchestrator.handle`). A decision is committed in one transaction, or made again on what is known by then.
struct JobStateMachine: Sendable {
    /// How often a run that the engine ended too early is launched again ("Retries" in ARCHITECTURE.md).
    static let resubmissionLimit = 2

    /// What became of a part that has its outcome.
    enum Landing: Sendable, Hashable {
        case whole
        /// It has data, and some of its paths failed.
        case partly
        case failed
    }

    let job: JobID
    let partCount: Int
    let acceptedAt: Date
    let timeout: Duration?
    let sla: Duration?
    let callbacks: JobCallbacks
    /// The process that decides.
    let own: HolderID
    /// Which engine launches jobs now.
    let engine: JobEngine
    var state: JournalRun.State
    /// By part.
    var landed: [Int: Landing]
    /// Its data is no longer kept.
    var isDataRemoved = false
    /// How often this process has launched it again because the engine had lost it.
    var resubmissions = 0
    /// This process has told already that its SLA is missed.
    var isLate = false
    /// The epoch of what goes on of it in this process, or is watched by it at an engine elsewhere.
    var running: Int?

    /// The parts that have no outcome.
    var missing: [Int] { (0..<partCount).filter { landed[$0] == nil } }

    func decide(_ event: JobOccurrence, at now: Date) -> JobDecision {
        switch event {
        case .accepted: JobDecision(actions: alarms(in: state, now) + [.launch(missing)])
        case .takenUp: takenUp(now)
        case .lookedAt: lookedAt()
        case .landing(let part, let landing, let epoch): last(part, landing, epoch, now)
        case .finished(let epoch): isRunning(epoch) && missing.isEmpty ? end(state, now) : .nothing
        case .runEnded(let epoch, let end): runEnded(epoch, end, now)
        case .launchAnswered(let epoch, let run): launchAnswered(epoch, run, now)
        case .launchFailed(let epoch, let failure): isOwn(epoch) ? lost(failure, now) : .nothing
        case .launchLost(let epoch), .unreachable(let epoch):
            isOwn(epoch) ? JobDecision(actions: [.launchAgain]) : .nothing
        case .engineSays(let epoch, let engineState): engineSays(epoch, engineState, now)
        case .cancellationAnswered(let cancellation, let answer): cancellationAnswered(cancellation, answer)
        case .cancelled: cancelled(now)
        case .retried: retried(now)
        case .timeIsUp(let epoch): isRunning(epoch) ? end(state, failing: timedOut, now) : .nothing
        case .slaMissed(let epoch): slaMissed(epoch, now)
        case .acknowledged: acknowledged(now)
        }
    }

    /// Whether it goes on under this epoch, and not under a later one.
    private func isRunning(_ epoch: Int) -> Bool { state.isOpen && state.epoch == epoch }

    /// Whether it goes on under this epoch, and this process is the one that watches it.
    private func isOwn(_ epoch: Int) -> Bool { isRunning(epoch) && state.holder == own }

    // MARK: - Running

    /// Runs what is missing, or ends what is not to run any more.
    private func takenUp(_ now: Date) -> JobDecision {
        guard state.isOpen else { return JobDecision(actions: [.forget(through: state.epoch)]) }
        guard state.holder == own else { return .nothing }
        let missing = missing
        if missing.isEmpty || state.cancelledAt != nil { return end(state, failing: Self.cancelled, now) }
        if let failure = state.failure { return end(state, failing: Failure(failure), now) }
        if let deadline, deadline <= now { return end(state, failing: timedOut, now) }
        if running == state.epoch { return .nothing }
        // What runs elsewhere runs on: who watches it does not matter.
        if let standing = state.engine, engine.keeps(standing), standing.epoch == state.epoch {
            return JobDecision(actions: alarms(in: state, now) + [.adopt(missing, standing.handle)])
        }
        return launchedAnew(now)
    }

    /// Under an epoch of its own, so that what is left of an earlier launch writes no more.
    private func launchedAnew(_ now: Date) -> JobDecision {
        var state = withdrawn(now)
        state.epoch += 1
        state.engine = engine.standing(of: job, epoch: state.epoch)
        return JobDecision(
            state: state,
            actions: deliveries(since: self.state, state) + alarms(in: state, now) + [.launch(missing)])
    }

    private func alarms(in state: JournalRun.State, _ now: Date) -> [JobAction] {
        var alarms: [JobAlarm] = []
        // A clock that was set back since gives a job no more time than it has as a whole.
        if let timeout {
            let deadline = min(state.startedAt, now).addingTimeInterval(timeout.inSeconds)
            alarms.append(JobAlarm(date: deadline, event: .timeIsUp(epoch: state.epoch)))
        }
        if let sla, !isLate {
            let due = min(acceptedAt, now).addingTimeInterval(sla.inSeconds)
            alarms.append(JobAlarm(date: due, event: .slaMissed(epoch: state.epoch)))
        }
        return alarms.isEmpty ? [] : [.setAlarms(alarms, epoch: state.epoch)]
    }

    private func lookedAt() -> JobDecision {
        if state.isOpen, state.holder == own { return .nothing }
        // What it owes at its end is its holder's, also when the process that did its last task has ended it.
        let delivery: [JobAction] = state.isOpen ? [] : [.deliverCallbacks]
        return JobDecision(actions: [.stopRun] + delivery + [.forget(through: .max)])
    }

    /// The part that is the last one lands with the job's end; any other one does not change the job.
    private func last(_ part: Int, _ landing: Landing, _ epoch: Int, _ now: Date) -> JobDecision {
        guard isRunning(epoch), missing == [part] else { return .nothing }
        var whole = self
        whole.landed[part] = landing
        var decision = whole.end(state, now)
        decision.landsWithIt = true
        return decision
    }

    /// The engine has let go of a run.
    private func runEnded(_ epoch: Int, _ end: EngineRunEnd, _ now: Date) -> JobDecision {
        guard state.isOpen else { return JobDecision(actions: [.forget(through: epoch)]) }
        guard state.epoch == epoch else {
            // Cancelled and run again, or given to another process and back, before this run had ended.
            var decision = takenUp(now)
            decision.actions.insert(.forget(through: epoch), at: 0)
            return decision
        }
        if missing.isEmpty { return self.end(state, now) }
        switch end {
        // The process stops, or the job's deadline is being dealt with.
        case .cancelled: return .nothing
        // Running it again at once would fetch again what cannot be kept.
        case .failed(let failure) where failure.reason == .storage: return JobDecision(actions: [.tellStopped(failure)])
        case .succeeded: return lost(Self.endedEarly, now)
        case .failed(let failure): return lost(failure, now)
        }
    }

    private func lost(_ reason: Failure, _ now: Date) -> JobDecision {
        if resubmissions < Self.resubmissionLimit {
            var lost = self
            lost.running = nil
            // The engine has nothing of it any more: there is nothing to adopt.
            lost.state.engine = nil
            var decision = lost.takenUp(now)
            decision.actions.insert(.countResubmission(reason), at: 0)
            return decision
        }
        let failure = Failure(
            .internal, "The engine could not run the job, though it was submitted again: \(reason.message)")
        var state = state
        state.failure = RunFailure(failure)
        return end(state, failing: failure, now)
    }

    // MARK: - A run at an engine elsewhere

    private static let endedEarly = Failure(
        .internal, "The engine ended the run before each part had its outcome.")

    /// A launch was answered, at once or when it was looked for. One that has been overtaken is cancelled.
    private func launchAnswered(_ epoch: Int, _ run: String, _ now: Date) -> JobDecision {
        var state = state
        let asked = EngineStanding(engine: engine.name, epoch: epoch)
        let standing = EngineStanding(engine: engine.name, epoch: epoch, run: run)
        let isUnwanted = state.cancellations.contains { $0.standing == asked }
        // Also of a job that has ended by then: its workers may be quicker than the answer.
        if !isUnwanted, let known = state.engine, known == asked || known == standing {
            state.engine = standing
            return JobDecision(
                state: known == standing ? nil : state,
                actions: state.isOpen && state.holder == own ? [.watch(standing)] : [])
        }
        state.cancellations.removeAll { $0.standing == asked }
        if !state.cancellations.contains(where: { $0.standing == standing }) {
            state.cancellations.append(EngineCancellation(standing, since: now))
        }
        return JobDecision(state: state == self.state ? nil : state, actions: [.deliverCancellations])
    }

    private func engineSays(_ epoch: Int, _ engineState: EngineRunState, _ now: Date) -> JobDecision {
        guard isOwn(epoch) else { return .nothing }
        switch engineState {
        case .notStarted, .running, .unknown: return .nothing
        case .ended, .gone: break
        }
        if missing.isEmpty { return end(state, now) }
        switch engineState {
        case .ended(.cancelled):
            var state = state
            let failure = Failure(.cancelled, "The run was stopped at the workflow engine.")
            state.failure = RunFailure(failure)
            return end(state, failing: failure, now)
        case .ended(.failed(let failure)): return lost(failure, now)
        case .gone: return lost(Failure(.internal, "The engine does not know the run any more."), now)
        default: return lost(Self.endedEarly, now)
        }
    }

    /// The state with a cancellation owed to the engine, where it has a run elsewhere that is not wanted any more, launched or not yet.
    private func withdrawn(_ now: Date) -> JournalRun.State {
        var state = state
        if let standing = state.engine, engine.keeps(standing) {
            state.cancellations.append(EngineCancellation(standing, since: now))
        }
        return state
    }

    private func deliveries(since old: JournalRun.State, _ new: JournalRun.State) -> [JobAction] {
        old.cancellations.count < new.cancellations.count ? [.deliverCancellations] : []
    }

    private func cancellationAnswered(
        _ cancellation: EngineCancellation, _ answer: EngineCancelAnswer
    ) -> JobDecision {
        guard state.cancellations.contains(cancellation) else { return .nothing }
        guard answer.isDelivered else { return JobDecision(actions: [.deliverCancellationsLater]) }
        var state = state
        state.cancellations.removeAll { $0 == cancellation }
        return JobDecision(
            state: state,
            actions: [.log(.info, "engine-cancelled", "The engine has answered the cancellation of a run.")])
    }

    // MARK: - Ending

    private static let cancelled = Failure(.cancelled, "The job was cancelled before this part had its outcome.")

    private var deadline: Date? { timeout.map { state.startedAt.addingTimeInterval($0.inSeconds) } }

    private var timedOut: Failure {
        Failure(
            .timeout,
            "The job's time-out of \(timeout?.forPeople ?? "its time") was over before this part had its outcome.")
    }

    /// Ends the job, with a failure for each part that has no outcome.
    private func end(_ state: JournalRun.State, failing failure: Failure? = nil, _ now: Date) -> JobDecision {
        var state = state
        let missing = missing
        let failed = landed.values.count { $0 == .failed } + missing.count
        let isStopped = state.cancelledAt != nil || state.failure != nil
        let status = JobStatus(ofParts: partCount, failed: failed, isStopped: isStopped)
        (state.end, state.endedAt) = (status.rawValue, now)
        if !missing.isEmpty { state.cancellations = withdrawn(now).cancellations }
        var decision = JobDecision(state: state)
        if let failure, !missing.isEmpty { decision.failures = (missing, failure) }
        // A stopped job has failed whatever else has landed by then.
        decision.dependsOnParts = !isStopped
        decision.owed = callbacks.atEnd(status).map { JobDebt(kind: $0.kind, target: $0.target, epoch: state.epoch) }
        // What still runs of a job whose parts were filed for it runs in vain.
        if !missing.isEmpty { decision.actions.append(.stopRun) }
        decision.actions += deliveries(since: self.state, state)
        decision.actions += [.tellParts, .tellEnd(status, failed: failed)]
        if !decision.owed.isEmpty { decision.actions.append(.deliverCallbacks) }
        decision.actions.append(.forget(through: state.epoch))
        return decision
    }

    /// A job that has ended stays as it is, also one whose end is not noted yet.
    private func cancelled(_ now: Date) -> JobDecision {
        guard state.isOpen else { return .nothing }
        if missing.isEmpty && state.cancelledAt == nil { return end(state, now) }
        var state = state
        state.cancelledAt = state.cancelledAt ?? now
        state.holder = own
        state.epoch += 1
        var decision = end(state, failing: Self.cancelled, now)
        decision.actions.insert(.log(.warning, "cancelled", "The job was cancelled."), at: 0)
        return decision
    }

    /// Runs the parts again in which something failed; outcomes without a failure stay.
    private func retried(_ now: Date) -> JobDecision {
        if state.isOpen { return JobDecision(refusal: .isRunning) }
        if isDataRemoved { return JobDecision(refusal: .isExpired) }
        var again = self
        again.state = JournalRun.State(
            startedAt: now, holder: own, epoch: state.epoch + 1,
            engine: engine.standing(of: job, epoch: state.epoch + 1), cancellations: state.cancellations)
        again.landed = landed.filter { $0.value == .whole }
        let parts = again.missing
        var decision = JobDecision(state: again.state)
        if parts.isEmpty {
            decision = again.end(again.state, now)
        } else {
            decision.actions = again.alarms(in: again.state, now) + [.launch(parts)]
        }
        decision.dropsFailedParts = true
        decision.actions.insert(.log(.info, "retried", "\(parts.count) failed parts run again."), at: 0)
        return decision
    }

    private func acknowledged(_ now: Date) -> JobDecision {
        if state.isOpen { return JobDecision(refusal: .isRunning) }
        if state.acknowledgedAt != nil { return .nothing }
        var state = state
        state.acknowledgedAt = now
        return JobDecision(state: state)
    }

    /// The job goes on, and owes its callbacks for that; it is missed once, whoever runs the job.
    private func slaMissed(_ epoch: Int, _ now: Date) -> JobDecision {
        guard isRunning(epoch), let sla else { return .nothing }
        var decision = JobDecision(actions: [.tellSLAMissed(sla)])
        if let target = callbacks.settings.slaMiss {
            decision.state = state
            decision.owed = [JobDebt(kind: .slaMiss, target: target, epoch: 0)]
            decision.actions.append(.deliverCallbacks)
        }
        return decision
    }
}
