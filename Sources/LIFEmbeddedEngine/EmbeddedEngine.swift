public import LIFModel
public import LIFWorkflow
import Synchronization

/// Runs workflow graphs in this process: independent tasks at the same time, within a limit per information source.
public final class EmbeddedEngine: WorkflowEngine {
    public static let defaultPoolLimit = 128

    public let name = "embedded"
    private let pools: Mutex<[String: TaskPool]> = Mutex([:])
    private let limits: [String: Int]
    private let runs: Mutex<[JobID: Task<Void, Never>]> = Mutex([:])

    /// - Parameter poolLimits: How many tasks of a pool may go on at once, by the pool's name; 128 for the others.
    public init(poolLimits: [String: Int] = [:]) { limits = poolLimits }

    public func submit(_ run: WorkflowRun, to executor: any TaskExecutor) async throws {
        runs.withLock { runs in
            guard runs[run.job] == nil else { return }
            // A bare task: a run outlives the request that submitted it. It is held here until it ends or is cancelled.
            runs[run.job] = Task { [self] in
                let error = await execute(run, executor)
                self.runs.withLock { $0[run.job] = nil }
                await executor.ended(run, error: error)
            }
        }
    }

    public func cancel(_ job: JobID) async {
        runs.withLock { $0[job] }?.cancel()
    }

    public func holds(_ job: JobID) async -> Bool {
        runs.withLock { $0[job] != nil }
    }

    /// Cancels every run and returns when none goes on any more.
    public func shutdown() async {
        let running = runs.withLock { Array($0.values) }
        for run in running { run.cancel() }
        for run in running { await run.value }
    }

    /// - Returns: The error of the first task that could not be done, if any.
    private func execute(_ run: WorkflowRun, _ executor: any TaskExecutor) async -> (any Error)? {
        var progress = RunProgress(run.graph)
        var firstError: (any Error)?
        await withTaskGroup(of: (WorkflowTask.ID, (any Error)?).self) { group in
            func start(_ tasks: [WorkflowTask]) {
                for task in tasks {
                    group.addTask { (task.id, await self.perform(task, of: run, executor)) }
                }
            }
            start(progress.begin())
            while let (id, error) = await group.next() {
                if let error {
                    firstError = firstError ?? error
                } else if !Task.isCancelled {
                    start(progress.finished(id))
                }
            }
        }
        return firstError ?? (Task.isCancelled ? CancellationError() : nil)
    }

    private func perform(
        _ task: WorkflowTask, of run: WorkflowRun, _ executor: any TaskExecutor
    ) async -> (any Error)? {
        do {
            if let pool = task.pool {
                try await self.pool(pool).run { try await executor.execute(task, of: run) }
            } else {
                try Task.checkCancellation()
                try await executor.execute(task, of: run)
            }
            return nil
        } catch {
            return error
        }
    }

    private func pool(_ name: String) -> TaskPool {
        pools.withLock { pools in
            if let pool = pools[name] { return pool }
            let pool = TaskPool(limit: limits[name] ?? Self.defaultPoolLimit)
            pools[name] = pool
            return pool
        }
    }
}
