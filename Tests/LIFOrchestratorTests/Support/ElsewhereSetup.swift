import LIFEmbeddedEngine
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization

@testable import LIFOrchestrator

/// Orchestrators whose jobs an engine elsewhere runs. Its workers are of another process, on the same storage.
final class ElsewhereSetup: Sendable {
    private struct State {
        var worker: OrchestratorSetup?
        var ends: [(task: String, end: TaskExecutionEnd)] = []
        var crashes: [String: Int] = [:]
    }

    struct Crash: Error, CustomStringConvertible { let description = "The worker was killed." }

    let storage: SharedStorage
    let time = ManualTime()
    let server: LoopbackServer
    let operators: [ScriptedOperator]
    private let state: Workers

    private final class Workers: Sendable {
        let state = Mutex(State())

        func work(_ job: JobID, _ task: WorkflowTask.ID, _ epoch: Int) async throws {
            let worker = state.withLock { state -> OrchestratorSetup? in
                guard let left = state.crashes[task.text], left > 0 else { return state.worker }
                state.crashes[task.text] = left - 1
                return nil
            }
            guard let worker else { throw Crash() }
            let end = try await worker.orchestrator.execute(task, of: job, epoch: epoch)
            state.withLock { $0.ends.append((task.text, end)) }
        }
    }

    /// - Parameter repetitions: How many workers the engine has do each task at the same time.
    init(
        _ operators: [ScriptedOperator] = [ScriptedOperator()], repetitions: Int = 1,
        storage: SharedStorage = SharedStorage()
    ) {
        let workers = Workers()
        self.operators = operators
        self.storage = storage
        state = workers
        server = LoopbackServer(on: EmbeddedEngine(), repetitions: repetitions) { try await workers.work($0, $1, $2) }
        let worker = OrchestratorSetup(operators, storage: storage, time: time, elsewhere: LoopbackEngine(server))
        workers.state.withLock { $0.worker = worker }
    }

    /// A worker's process.
    var worker: OrchestratorSetup { state.state.withLock { $0.worker } ?? OrchestratorSetup() }

    /// What became of the tasks that workers were asked to do.
    var ends: [(task: String, end: TaskExecutionEnd)] { state.state.withLock { $0.ends } }

    /// The next workers of a task are killed before they have done anything.
    func crash(_ task: String, times: Int) { state.state.withLock { $0.crashes[task] = times } }

    /// An orchestrator that watches the engine, until the work is done.
    func during<Value: Sendable>(
        engine: LoopbackEngine? = nil, logger: RecordedLog? = nil,
        _ work: @Sendable (OrchestratorSetup) async throws -> Value
    ) async throws -> Value {
        let setup = OrchestratorSetup(
            operators, storage: storage, time: time, elsewhere: engine ?? LoopbackEngine(server),
            logger: logger?.logger ?? .silent)
        let orchestrator = setup.orchestrator
        let housekeeping = Task { await orchestrator.keepHouse() }
        defer { housekeeping.cancel() }
        let value = try await work(setup)
        housekeeping.cancel()
        await housekeeping.value
        await orchestrator.shutdown()
        return value
    }
}
