import Foundation
import LIFConcurrency
import LIFJournal
import LIFModel
import LIFWorkflow
import Logging

// MARK: - Runs at an engine elsewhere

extension Orchestrator {
    /// After how long in vain a cancellation is forced.
    static let cancellationPatience = Duration.seconds(60)
    private static let launchPauses = RetryPolicy(first: .milliseconds(100), longest: .seconds(10), jitter: 0.5)

    /// Names a launch: of a job one may be under way while a former one is being withdrawn.
    struct LaunchKey: Hashable {
        let job: JobID
        let epoch: Int
    }

    /// Has the engine launch a run, or looks for what it has of it. Nobody waits for that.
    func launch(_ run: WorkflowRun, _ submission: JobSubmission, on engine: any WorkflowEngine, mayHaveBegun: Bool) {
        guard enterElsewhere(run, submission) else { return }
        launches.start(LaunchKey(job: run.job, epoch: run.fence)) { [weak self] in
            await self?.carryThrough(run, on: engine, mayHaveBegun: mayHaveBegun)
        }
    }

    /// Watches a run that the engine has.
    func adopt(_ run: WorkflowRun, _ submission: JobSubmission, _ handle: EngineRunHandle) {
        guard enterElsewhere(run, submission) else { return }
        watch.add(handle, run.job, epoch: run.fence)
    }

    private func enterElsewhere(_ run: WorkflowRun, _ submission: JobSubmission) -> Bool {
        var entrance = admission.enter(run, submission)
        if entrance == .isHeldByEarlier {
            leaveElsewhere(run.job, through: run.fence)
            entrance = admission.enter(run, submission)
        }
        metrics.openParts(admission.openParts)
        return entrance == .entered
    }

    /// Lets go of what this process keeps of a run elsewhere, which goes on there.
    func leaveElsewhere(_ job: JobID, through epoch: Int) {
        guard let entered = admission.epoch(of: job), entered <= epoch else { return }
        _ = admission.leave(job)
        watch.remove(job)
        metrics.openParts(admission.openParts)
    }

    /// Until the engine has answered, or the job goes another way.
    private func carryThrough(_ run: WorkflowRun, on engine: any WorkflowEngine, mayHaveBegun: Bool) async {
        let clock = ContinuousClock()
        var lostAt = mayHaveBegun ? clock.now : nil
        var attempts = 0
        while !Task.isCancelled {
            var event = JobOccurrence.launchLost(epoch: run.fence)
            do throws(EngineFault) {
                var handle: EngineRunHandle?
                if lostAt != nil { handle = try await engine.find(run.job, epoch: run.fence) }
                if handle == nil, lostAt.map({ clock.now - $0 >= engine.launchGrace }) ?? true {
                    handle = try await engine.launch(run)
                }
                if let handle { event = .launchAnswered(epoch: run.fence, run: handle.run) }
            } catch {
                switch error {
                case .answerLost: (lostAt, event) = (clock.now, .launchLost(epoch: run.fence))
                case .refused(let refusal) where !refusal.isRetryable:
                    event = .launchFailed(epoch: run.fence, Failure(of: refusal))
                case .unreachable, .refused: event = .unreachable(epoch: run.fence)
                }
                logger.warning(
                    "The workflow engine has not launched a job: \(error.message)",
                    metadata: ["job": "\(run.job.logLabel)", "engine": "\(engine.name)"])
            }
            do {
                guard try await handle(run.job, event)?.decision.actions.contains(.launchAgain) == true else { return }
            } catch {
                // What could not be kept is looked for again.
                if case .launchAnswered = event { lostAt = clock.now }
                logFault("keep what became of a launch", error)
            }
            attempts += 1
            try? await Task.sleep(for: Self.launchPauses.pause(after: attempts, random: .random(in: 0...1)))
        }
    }

    // MARK: - Watching

    /// Asks the engine elsewhere what became of its runs, often while something changes, until the task is cancelled.
    func watchEngine() async {
        guard let polling = elsewhere?.polling else { return }
        var pause = polling.lowerBound
        while !Task.isCancelled {
            pause = await lookAtEngine() ? polling.lowerBound : min(pause * 2, polling.upperBound)
            await watch.news.wait(atMost: pause)
        }
    }

    /// Asks once, and delivers the cancellations that wait.
    ///
    /// - Returns: Whether it has told something new.
    @discardableResult
    func lookAtEngine() async -> Bool {
        guard let engine = elsewhere else { return false }
        let (cursor, handles) = watch.beginLook()
        var states: [EngineRunHandle: EngineRunState] = [:]
        do throws(EngineFault) {
            let changes = try await engine.changes(since: cursor)
            states = changes.states
            if !handles.isEmpty {
                states.merge(try await engine.states(of: handles)) { _, asked in asked }
            }
            if watch.noteAnswer(cursor: changes.cursor, about: handles) {
                logger.notice("The workflow engine answers again", metadata: ["engine": "\(engine.name)"])
            }
        } catch {
            // An outage is no lost run: nothing is decided on it.
            if watch.noteAway() {
                logger.error(
                    "The workflow engine does not answer; its runs are left as they are: \(error.message)",
                    metadata: ["engine": "\(engine.name)"])
            }
        }
        var isNew = false
        for (handle, state) in states {
            guard let (job, epoch) = watch.run(handle) else { continue }
            isNew = true
            do {
                try await self.handle(job, .engineSays(epoch: epoch, state))
            } catch {
                watch.askAgain(handle)
                logFault("deal with what the workflow engine says of a run", error)
            }
        }
        for job in watch.takeCancelling() { deliverCancellations(of: job) }
        return isNew
    }

    // MARK: - Cancelling

    /// Tells the engine what it is to cancel of a job. Nobody waits for that; what cannot be delivered is tried again at each look.
    func deliverCancellations(of job: JobID) {
        guard let engine = elsewhere else { return }
        let isStarted = deliveries.start(job) { [weak self] in
            do {
                try await self?.deliver(job, to: engine)
            } catch {
                self?.watch.cancelLater(job)
                self?.logFault("keep what became of a cancellation", error)
            }
        }
        // Something may have been added since that one has begun.
        if !isStarted { watch.cancelLater(job) }
    }

    private func deliver(_ job: JobID, to engine: any WorkflowEngine) async throws {
        let owed = try await stores.journal.run(job, document: false)?.state.cancellations ?? []
        for cancellation in owed where cancellation.standing.engine == engine.name {
            let answer = await answer(to: cancellation, of: job, from: engine)
            try await handle(job, .cancellationAnswered(cancellation, answer))
        }
    }

    private func answer(
        to cancellation: EngineCancellation, of job: JobID, from engine: any WorkflowEngine
    ) async -> EngineCancelAnswer {
        let age = Duration.seconds(now().timeIntervalSince(cancellation.since))
        var handle = cancellation.standing.handle
        if handle == nil {
            do {
                handle = try await engine.find(job, epoch: cancellation.standing.epoch)
            } catch {
                return .unreachable
            }
        }
        // It may be launched just now: then its handle comes, and is cancelled.
        guard let handle else { return age >= engine.launchGrace ? .gone : .tooEarly }
        return await engine.cancel(handle, isForced: age >= Self.cancellationPatience)
    }

    /// Delivers what this process, or one that has died, owes to the engine.
    func deliverOwedCancellations() async throws {
        guard elsewhere != nil else { return }
        let living = try await stores.leases.living().subtracting([stores.leases.own])
        for run in try await stores.journal.runs(RunFilter(.job, progress: .cancelling))
        where !living.contains(run.state.holder) {
            deliverCancellations(of: run.id)
        }
    }

    // MARK: - Checks

    /// Why the engine elsewhere cannot hold what the configuration asks of it.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid`. An engine that does not answer is asked when it is used.
    func checkEngine(_ configuration: OrchestratorConfiguration) async throws {
        guard let engine = elsewhere else { return }
        guard let refusals = try? await engine.check(EngineRequirements(limits: configuration.limits)),
            !refusals.isEmpty
        else { return }
        throw LIFError(.configurationNotValid, refusals.map(\.message).joined(separator: " "), blame: .us)
    }
}
