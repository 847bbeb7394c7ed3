import LIFJSON
import LIFModel
import LIFWorkflow
import Logging

// MARK: - One attempt, and what is noted of it

extension CallbackDispatcher {
    private static let supersededReason = "The job was retried: its next end has callbacks of its own."

    func attempt(_ callback: Callback, _ number: Int, within time: Duration) async -> CallbackDelivery.Attempt {
        do {
            return try await runner.run(TaskPolicy(retries: 0, timeout: time)) { [self] _ in
                guard let job = try await stores.jobs.job(callback.job) else {
                    throw LIFError(.jobNotFoundException, "The callback's job is no longer kept.")
                }
                // What is owed at a job's end is kept with that end; the job may have been run again since.
                if callback.kind != .slaMiss, callback.fence < job.fence { return .superseded }
                let target = try setup().loader.callback(callback.target)
                let body = try await body(of: callback, job, attempt: number)
                try await target.deliver(CallbackMessage(callback: callback, body: body))
                return .delivered
            }
        } catch {
            let failure = Failure(of: error)
            if failure.reason == .storage { log(error, "A callback cannot be delivered now") }
            return .failed(
                error as? LIFError
                    ?? LIFError(.operatorException, failure.message, blame: .us, reason: failure.reason))
        }
    }

    /// Notes an attempt that failed and is made again.
    func note(_ callback: Callback, _ number: Int, _ error: LIFError) async {
        note(callback, .warning, "callback-failed", "Attempt \(number) failed: \(error.message)")
        do {
            try await stores.callbacks.noteAttempt(callback.id, attempts: number)
        } catch {
            log(error, "An attempt at a callback cannot be recorded")
        }
    }

    /// - Returns: Whether the store has noted it; else the callback is owed still.
    func settle(_ callback: Callback, _ settlement: CallbackDelivery.Settlement) async -> Bool {
        do {
            switch settlement {
            case .superseded: try await stores.callbacks.close(callback.id, givenUp: Self.supersededReason)
            case .delivered(let isLast):
                try await stores.callbacks.close(callback.id, givenUp: nil)
                metrics.callback(callback.kind, isDelivered: true)
                note(
                    callback, .info, "callback-delivered", "The \(callback.kind.rawValue) callback was delivered.")
                if callback.kind == .results, isLast { await acknowledge(callback.job) }
            case .givenUp(let error):
                try await stores.callbacks.close(callback.id, givenUp: error.message)
                metrics.callback(callback.kind, isDelivered: false)
                note(callback, .error, "callback-given-up", "The callback was given up: \(error.message)")
                logger.error(
                    "A callback was given up: \(error.message)",
                    metadata: ["job": "\(callback.job.logLabel)", "kind": "\(callback.kind.rawValue)"])
            }
            return true
        } catch {
            log(error, "What became of a callback cannot be noted")
            return false
        }
    }

    /// Whoever is to have the results has them.
    private func acknowledge(_ job: JobID) async {
        do {
            try await driver.decide(job, .acknowledged)
        } catch {
            log(error, "The delivery of results cannot be recorded")
        }
    }

    private func note(_ callback: Callback, _ level: JobLogEntry.Level, _ event: String, _ message: String) {
        stores.log.append(
            JobLogEntry(job: callback.job, at: now(), level: level, event: event, message: message))
    }

    /// - Throws: `LIFError`.
    private func body(of callback: Callback, _ job: Job, attempt: Int) async throws -> RawJSON {
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
