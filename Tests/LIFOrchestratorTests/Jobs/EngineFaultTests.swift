import LIFConcurrency
import LIFEmbeddedEngine
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOrchestrator

/// Engines that lose runs, end them too early, or refuse them.
@Suite(.timeLimit(.minutes(1))) struct EngineFaultTests {
    @Test("A run that ends without outcomes is submitted again twice; then the job has failed, and says why")
    func endsWithoutOutcomes() async throws {
        let (engine, log) = (BrokenEngine(), RecordedLog())
        let setup = OrchestratorSetup([ScriptedOperator(), ScriptedOperator()], engine: engine, logger: log.logger)
        let job = try await setup.submit()
        let report = try await setup.finished(job.id)
        #expect(engine.submissionCount == 3)
        #expect(report.status == .failed)
        #expect(report.failure?.reason == .internal)
        #expect(
            report.failure?.message
                == "The engine could not run the job, though it was submitted again: The engine ended the run before "
                + "each part had its outcome.")
        #expect(report.progress.mapValues(\.failure) == [0: report.failure, 1: report.failure])
        #expect(log.lines.count { $0.contains("A run is submitted again") } == 2)
        try await setup.leavesNothing()
    }

    @Test("The error that an engine ends runs with is reported")
    func endsWithError() async throws {
        let error = LIFError(.jobPostException, "The worker was killed.", blame: .engine)
        let engine = BrokenEngine(error: error)
        let setup = OrchestratorSetup(engine: engine)
        let job = try await setup.submit()
        let report = try await setup.finished(job.id)
        #expect(engine.submissionCount == 3)
        #expect(report.failure?.message.hasSuffix("submitted again: The worker was killed.") == true)
    }

    @Test("Who waits for a job hears of its engine's failure long before the time is up")
    func waiterHears() async throws {
        let engine = HeldEngine()
        let setup = OrchestratorSetup(engine: engine)
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        let waiting = Task { try await orchestrator.report(job.id, waitingFor: .seconds(3_600)) }
        try await eventually("someone who waits") { orchestrator.board.listenerCount == 1 }
        engine.gate.open()
        let report = try await waiting.value(within: "hearing")
        #expect(report.status == .failed)
        #expect(report.failure?.message.contains("submitted again") == true)
        try await setup.leavesNothing()
    }

    @Test("Outcomes that landed before an engine failed stay, and only the others are run again")
    func keepsWhatLanded() async throws {
        let storage = SharedStorage()
        let engine = FaintingEngine(faints: 1)
        let setup = OrchestratorSetup([ScriptedOperator(), ScriptedOperator()], storage: storage, engine: engine)
        let job = try await setup.submit()
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(setup.operators.map(\.callCount) == [1, 1])
        #expect(engine.parts == [2, 1], "the parts of each submission")
        try await setup.leavesNothing()
    }

    @Test("A fetch that an engine has done is not made again when its run is submitted again")
    func keepsWhatWasFetched() async throws {
        let storage = SharedStorage()
        let engine = FaintingEngine(faints: 1, afterFetch: true)
        let setup = OrchestratorSetup(storage: storage, engine: engine)
        let job = try await setup.submit()
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(setup.operators[0].callCount == 1)
    }

    @Test("A job that the engine refuses is an error for the submitter, and goes on as soon as the engine takes it")
    func refused() async throws {
        let engine = FaintingEngine(faints: 0)
        engine.refuse(with: LIFError(.jobPostException, "The engine is away.", blame: .engine))
        let setup = OrchestratorSetup(engine: engine)
        let error = await #expect(throws: LIFError.self) { try await setup.submit(key: "k") }
        #expect(error?.code == .jobPostException)
        #expect(setup.orchestrator.admission.openParts == 0)
        let id = try #require(try await setup.unfinished().first)
        engine.refuse(with: nil)
        #expect(try await setup.submit(key: "k").id == id)
        #expect(try await setup.finished(id).status == .completed)
        #expect(setup.operators[0].callCount == 1)
        try await setup.leavesNothing()
    }

    @Test("The housekeeping takes up what the engine has refused, or has forgotten without a word")
    func takenUp() async throws {
        let storage = SharedStorage()
        let forgetful = ForgetfulEngine(storage.journal)
        let setup = OrchestratorSetup(storage: storage, engine: forgetful)
        let job = try await setup.submit()
        // At first it may be that the run's end is just being dealt with.
        try await setup.orchestrator.takeUpIdle()
        #expect(forgetful.submissions.count == 1)
        try await setup.orchestrator.takeUpIdle()
        #expect(forgetful.submissions.map(\.run.job) == [job.id, job.id])
        #expect(setup.orchestrator.admission.openParts == 1)

        let engine = FaintingEngine(faints: 0)
        engine.refuse(with: LIFError(.jobPostException, "The engine is away.", blame: .engine))
        let other = OrchestratorSetup(engine: engine)
        await #expect(throws: LIFError.self) { try await other.submit() }
        try await other.orchestrator.takeUpIdle()
        engine.refuse(with: nil)
        try await other.orchestrator.takeUpIdle()
        let id = try #require(try await other.storage.jobs.jobs(JobFilter()).first?.id)
        #expect(try await other.finished(id).status == .completed)
        try await other.leavesNothing()
    }
}

/// Ends runs without an outcome once its gate is open.
private final class HeldEngine: TaskScheduler {
    let name = "held"
    let capabilities: EngineCapabilities = []
    let gate = Gate()

    func submit(_ run: WorkflowRun, to executor: any TaskExecutor) async throws {
        Task {
            try await gate.wait()
            await executor.ended(run, error: nil)
        }
    }

    func cancel(_ job: JobID) async {}
    func epoch(of job: JobID) async -> Int? { nil }
    func limit(_ limits: EngineLimits) async {}
    func shutdown() async {}
}

/// Does the first part of a run, or only fetches it, and then ends the run without an error; later runs it does whole.
private final class FaintingEngine: TaskScheduler {
    private struct State {
        var faints: Int
        var refusal: LIFError?
        var parts: [Int] = []
    }

    let name = "fainting"
    let capabilities: EngineCapabilities = []
    private let afterFetch: Bool
    private let state: Mutex<State>

    init(faints: Int, afterFetch: Bool = false) {
        self.afterFetch = afterFetch
        state = Mutex(State(faints: faints))
    }

    /// How many parts each submission had.
    var parts: [Int] { state.withLock { $0.parts } }

    func refuse(with error: LIFError?) { state.withLock { $0.refusal = error } }

    func submit(_ run: WorkflowRun, to executor: any TaskExecutor) async throws {
        let faints = try state.withLock { state in
            if let refusal = state.refusal { throw refusal }
            state.parts.append(Set(run.graph.tasks.compactMap(\.work.part)).count)
            defer { state.faints = max(0, state.faints - 1) }
            return state.faints > 0
        }
        Task { [afterFetch] in
            let first: [WorkflowTask.Work] = [.start, .fetch(part: 0)] + (afterFetch ? [] : [.store(part: 0)])
            let tasks = run.graph.tasks.filter { !faints || first.contains($0.work) }
            var failure: (any Error)?
            for task in tasks where failure == nil {
                do { try await executor.execute(task, of: run) } catch { failure = error }
            }
            await executor.ended(run, error: failure)
        }
    }

    func cancel(_ job: JobID) async {}
    func epoch(of job: JobID) async -> Int? { nil }
    func limit(_ limits: EngineLimits) async {}
    func shutdown() async {}
}
