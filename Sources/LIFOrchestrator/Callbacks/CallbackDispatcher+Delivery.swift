import Foundation
import LIFConcurrency
import LIFJSON
import LIFModel
import LIFWorkflow
import Logging

// MARK: - How one callback is delivered

extension CallbackDispatcher {
    /// The time for attempts and the waits between them. Of what came before a restart the waits count, not the time in which
    /// nobody tried: we were down, or it waited for a place. A last attempt is always made, after the wait that is due before it.
    private func budget(for callback: Callback, _ policy: TaskPolicy) -> TimeBudget {
        let last = min(policy.timeout, policy.maximumBackoff + .seconds(30))
        let budget = TimeBudget(max(policy.timeout - policy.waits(afterAttempts: callback.attempts), last))
        // It runs from its first attempt on.
        budget.pause()
        return budget
    }

    /// - Returns: Whether it is owed no more.
    func deliver(_ callback: Callback) async -> Bool {
        do {
            switch try await standing(of: callback) {
            case .due: break
            case .superseded:
                try await stores.callbacks.close(callback.id, givenUp: Self.isSuperseded)
                return true
            }
            let policy = setup().configuration.callbackPolicy
            let budget = budget(for: callback, policy)
            try await runner.run(
                policy, from: callback.attempts + 1, budget: budget,
                failed: { [self] number, error in await failed(callback, number, error) },
                attempt: { [self] number in
                    budget.pause()
                    // What holds a job's data is made when there is a place for it.
                    try await places.inPlace(of: callback.receiver) {
                        budget.resume()
                        let target = try setup().loader.callback(callback.target)
                        let message = CallbackMessage(
                            callback: callback, body: try await body(of: callback, attempt: number))
                        try await target.deliver(message)
                    }
                })
            try await stores.callbacks.close(callback.id, givenUp: nil)
        } catch {
            // Stopping leaves it owed for the next start.
            return Task.isCancelled ? false : await giveUp(callback, error)
        }
        metrics.callback(callback.kind, isDelivered: true)
        note(callback, .info, "callback-delivered", "The \(callback.kind.rawValue) callback was delivered.")
        await acknowledge(callback)
        return true
    }

    private enum Standing {
        case due
        /// The job's end is another one, or will be.
        case superseded
    }

    /// What is owed at a job's end is kept with that end; the job may have been run again since.
    private func standing(of callback: Callback) async throws -> Standing {
        // One that is not known any more is told of by `body`.
        guard callback.kind != .slaMiss, let job = try await stores.jobs.job(callback.job) else { return .due }
        return callback.fence < job.fence ? .superseded : .due
    }

    /// Whoever is to have the results has them, unless others wait for them still.
    private func acknowledge(_ callback: Callback) async {
        guard callback.kind == .results, !isWaitedFor(beside: callback) else { return }
        do {
            try await driver.decide(callback.job, .acknowledged)
        } catch {
            log(error, "It cannot be noted that results were delivered")
        }
    }

    private func failed(_ callback: Callback, _ number: Int, _ error: LIFError) async {
        note(callback, .warning, "callback-failed", "Attempt \(number) failed: \(error.message)")
        do {
            try await stores.callbacks.noteAttempt(callback.id, attempts: number)
        } catch {
            log(error, "A callback's attempt cannot be noted")
        }
    }

    /// - Returns: Whether it is owed no more.
    private func giveUp(_ callback: Callback, _ error: any Error) async -> Bool {
        let failure = Failure(of: error)
        // A store that cannot be used now says nothing about the receiver: the callback stays owed.
        if failure.reason == .storage {
            log(error, "A callback cannot be delivered now")
            return false
        }
        metrics.callback(callback.kind, isDelivered: false)
        note(callback, .error, "callback-given-up", "The callback was given up: \(failure.message)")
        logger.error(
            "A callback was given up: \(failure.message)",
            metadata: ["job": "\(callback.job.logLabel)", "kind": "\(callback.kind.rawValue)"])
        do {
            try await stores.callbacks.close(callback.id, givenUp: failure.message)
            return true
        } catch {
            log(error, "A callback that was given up cannot be noted")
            return false
        }
    }

    private func note(_ callback: Callback, _ level: JobLogEntry.Level, _ event: String, _ message: String) {
        stores.log.append(
            JobLogEntry(job: callback.job, at: now(), level: level, event: event, message: message))
    }

    /// - Throws: `LIFError`.
    private func body(of callback: Callback, attempt: Int) async throws -> RawJSON {
        guard let job = try await stores.jobs.job(callback.job) else {
            throw LIFError(.jobNotFoundException, "The callback's job is no longer kept.")
        }
        if callback.kind == .results {
            let results = JobResults(job: job, outcomes: try await stores.queue.outcomes(of: job.id))
            let configuration = setup().configuration
            guard callback.target == configuration.resultsURL, !configuration.resultsHaveScalars else {
                return results.json
            }
            let posted = results.objectsOnly
            if attempt == 1 { noteLeftOut(of: posted, callback) }
            return posted.json
        }
        return JobNotice(job: job, kind: callback.kind, progress: try await stores.queue.progress(of: job.id)).json
    }

    private func noteLeftOut(of results: JobResults, _ callback: Callback) {
        var paths: [FragmentPath] = []
        for path in results.parts.flatMap(\.leftOut) where !paths.contains(path) { paths.append(path) }
        for path in paths {
            note(
                callback, .warning, "scalar-left-out",
                "\(path) is left out of the posted results where it is no list of objects: deployed planners refuse that. "
                    + "\"orchestrator.results_scalars: true\" posts it.")
        }
    }
}

extension Callback {
    /// Who takes it: the scheme, host and port of a URL as they are written, or an operator's name.
    fileprivate var receiver: String {
        guard let scheme = target.range(of: "://") else { return target }
        return target[..<scheme.upperBound].lowercased()
            + target[scheme.upperBound...].prefix { !"/?#".contains($0) }.lowercased()
    }
}
