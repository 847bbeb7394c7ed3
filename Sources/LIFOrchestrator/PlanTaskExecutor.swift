import Foundation
import LIFModel
import LIFWorkflow
import Synchronization

/// Does the tasks of a run: resolves the operator, has `TaskRunner` run it, and files what became of it (Orchestrator
/// seed, "LIF Task Operator").
final class PlanTaskExecutor: TaskExecutor {
    private struct PartKey: Hashable {
        let job: JobID
        let part: Int
    }

    private let loader: ConfigurationLoader
    private let runner: TaskRunner
    private let resultHandler: ResultHandler
    private let now: @Sendable () -> Date
    /// What fetches have brought, until it is stored.
    private let fetched: Mutex<[PartKey: Outcome]> = Mutex([:])

    init(
        loader: ConfigurationLoader, runner: TaskRunner, resultHandler: ResultHandler,
        now: @escaping @Sendable () -> Date
    ) {
        self.loader = loader
        self.runner = runner
        self.resultHandler = resultHandler
        self.now = now
    }

    func execute(_ task: WorkflowTask, of run: WorkflowRun) async throws {
        switch task.work {
        case .start:
            break
        case .fetch(let part):
            let outcome = try await fetch(run.plan.parts[part], task.policy)
            fetched.withLock { $0[PartKey(job: run.job, part: part)] = outcome }
        case .translate:
            // A fetch whose part needs a translation has failed already, as long as there is no translator.
            break
        case .store(let part):
            let key = PartKey(job: run.job, part: part)
            guard let outcome = fetched.withLock({ $0.removeValue(forKey: key) }) else {
                throw LIFError(.outputWriteException, "A part was to be stored that was not fetched.", blame: .engine)
            }
            try await store(outcome, part: part, of: run)
        case .finish:
            try await resultHandler.finish(run)
        }
    }

    /// A full disk may be emptied and a locked file released, so filing is tried again for a while.
    private func store(_ outcome: Outcome, part: Int, of run: WorkflowRun) async throws {
        let policy = TaskPolicy(retries: 3, backoff: .milliseconds(100), timeout: .seconds(30))
        try await runner.run(policy) { [resultHandler] _ in
            try await resultHandler.file(outcome, part: part, of: run)
        }
    }

    func ended(_ run: WorkflowRun, error: (any Error)?) async {
        fetched.withLock { fetched in
            for part in run.plan.parts.indices { fetched[PartKey(job: run.job, part: part)] = nil }
        }
        resultHandler.ended(run, reason: error.map(Self.failure))
    }

    /// - Throws: `CancellationError` only: every other failure is an outcome.
    private func fetch(_ part: QueryPlanPart, _ policy: TaskPolicy) async throws -> Outcome {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let adapter = try loader.adapter(of: part)
            try loader.checkTranslator(of: part)
            let (report, fragments) = try await runner.run(policy) { _ in
                let collected = Mutex<[FragmentPath: FragmentContent]>([:])
                let report = try await adapter.run(part) { fragment in
                    guard part.fragmentPaths.contains(fragment.path) else { return }
                    collected.withLock { $0[fragment.path] = fragment.content }
                }
                return (report, collected.withLock { $0 })
            }
            let ordered = part.fragmentPaths.compactMap { path in
                fragments[path].map { Fragment(path: path, content: $0) }
            }
            let result: Outcome.Result = ordered.isEmpty ? .empty(learnerKnown: report.learnerKnown) : .data(ordered)
            let finishedAt = now()
            return Outcome(
                result, finishedAt: finishedAt, duration: clock.now - start,
                dataTimestamp: report.dataTimestamp ?? finishedAt)
        } catch let error as CancellationError where Task.isCancelled {
            throw error
        } catch {
            return Outcome(.failed(Self.failure(error)), finishedAt: now(), duration: clock.now - start)
        }
    }

    /// An error as a reason and a sentence. What is not ours is not repeated: it may hold anything.
    static func failure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case let error as LIFError: Failure(error.reason ?? reason(of: error.code), error.message)
        case is CancellationError: Failure(.cancelled, "The work was cancelled.")
        default: Failure(.internal, "An operator failed in a way it did not explain (\(type(of: error))).")
        }
    }

    private static func reason(of code: LIFError.Code) -> Failure.Reason {
        switch code {
        case .operatorNotFoundException, .configurationNotValid: .operatorNotFound
        case .outputWriteException, .outputReadException, .outputQueueNotAvailableException: .storage
        default: .internal
        }
    }
}
