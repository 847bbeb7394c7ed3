import LIFEmbeddedEngine
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// Several orchestrators on the same stores, as processes on one machine.
@Suite(.timeLimit(.minutes(1))) struct SharedStoresTests {
    @Test("Each job is run by the process that accepted it, and by that one alone, as long as it lives")
    func onePerJob() async throws {
        let storage = SharedStorage()
        let setups = (0..<3).map { _ in OrchestratorSetup(storage: storage) }
        var jobs: [Job] = []
        for setup in setups { for _ in 0..<5 { jobs.append(try await setup.submit()) } }
        for setup in setups {
            #expect(try await setup.orchestrator.recover() == 0)
            try await setup.orchestrator.takeUpIdle()
            try await setup.orchestrator.dropLost()
        }
        for job in jobs { #expect(try await setups[0].finished(job.id).status == .completed) }
        #expect(setups.map { $0.operators[0].callCount } == [5, 5, 5])
        for setup in setups { try await setup.leavesNothing() }
    }

    @Test("When a process dies the others take its jobs up, each job one of them, and finish them")
    func death() async throws {
        let storage = SharedStorage()
        let dead = OrchestratorSetup(storage: storage, engine: ForgetfulEngine(storage.journal))
        var jobs: [JobID] = []
        for _ in 0..<30 { jobs.append(try await dead.submit().id) }
        let others = (0..<3).map { _ in OrchestratorSetup(storage: storage) }
        storage.die(dead.lease.own)
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for setup in others { group.addTask { try await setup.orchestrator.recover() } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(counts.reduce(0, +) == 30)
        for id in jobs { #expect(try await others[0].finished(id).status == .completed) }
        #expect(others.reduce(0) { $0 + $1.operators[0].callCount } == 30)
        for setup in others { try await setup.leavesNothing() }
    }

    @Test("Of many jobs that a process has left each of the others gets a share")
    func share() async throws {
        let storage = SharedStorage()
        let dead = OrchestratorSetup(storage: storage, engine: ForgetfulEngine(storage.journal))
        for _ in 0..<192 { _ = try await dead.submit() }
        let others = (0..<3).map { _ in OrchestratorSetup(storage: storage) }
        storage.die(dead.lease.own)
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for setup in others { group.addTask { try await setup.orchestrator.recover() } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(counts.reduce(0, +) == 192)
        #expect(counts.allSatisfy { $0 >= 2 * Orchestrator.claimLimit }, "\(counts)")
    }

    @Test("Of a process that goes on while the others take over its jobs they take no more")
    func revives() async throws {
        let storage = SharedStorage()
        let hung = OrchestratorSetup(storage: storage, engine: ForgetfulEngine(storage.journal))
        for _ in 0..<(Orchestrator.claimLimit + 4) { _ = try await hung.submit() }
        let holder = hung.lease.own
        let other = OrchestratorSetup(
            storage: storage, after: { call in if case .claim = call { storage.revive(holder) } })
        storage.die(holder)
        #expect(try await other.orchestrator.recover() == Orchestrator.claimLimit)
        #expect(try await storage.jobs.held(by: holder).count == 4)
    }

    @Test("A process that keeps house notices another's death by itself")
    func noticesDeath() async throws {
        let storage = SharedStorage()
        let dead = OrchestratorSetup(storage: storage, engine: ForgetfulEngine(storage.journal))
        let alive = OrchestratorSetup(storage: storage)
        let orchestrator = alive.orchestrator
        let housekeeping = Task { await orchestrator.keepHouse() }
        defer { housekeeping.cancel() }
        let job = try await dead.submit()
        storage.die(dead.lease.own)
        #expect(try await alive.finished(job.id).status == .completed)
        housekeeping.cancel()
        try await housekeeping.value(within: "the end of the housekeeping")
    }

    @Test("A process that hung and was given up is refused what it writes late, and stops what it does in vain")
    func hung() async throws {
        let (storage, gate) = (SharedStorage(), Gate())
        let hung = OrchestratorSetup(
            [
                ScriptedOperator(.after(gate, .fragments([try fragment("Name", #"["late"]"#)]))),
                ScriptedOperator(.hang),
            ],
            storage: storage)
        let job = try await hung.submit()
        for scripted in hung.operators { try await scripted.waitForCalls(1) }
        storage.die(hung.lease.own)
        let next = OrchestratorSetup(
            [ScriptedOperator(.fragments([try fragment("Name", #"["next"]"#)])), ScriptedOperator()], storage: storage)
        #expect(try await next.orchestrator.recover() == 1)
        let report = try await next.finished(job.id)
        #expect(report.job.fence == 2)
        #expect(report.job.holder == next.lease.own)

        // It comes to itself.
        storage.revive(hung.lease.own)
        gate.open()
        try await hung.orchestrator.dropLost()
        try await hung.operators[1].waitForCancellations(1)
        try await hung.leavesNothing()
        #expect(try await next.outcomes(job.id)[0]?.fragments == [try fragment("Name", #"["next"]"#)])
        #expect(try await hung.orchestrator.report(job.id).status == .completed)
        try await hung.orchestrator.takeUpIdle()
        #expect(hung.operators.map(\.callCount) == [1, 1])
    }

    @Test("A job that comes back to a process which still runs it under its old fence is run under the new one")
    func comesBack() async throws {
        let (storage, gate) = (SharedStorage(), Gate())
        let stubborn = StubbornOperator([try fragment("Name", "[1]")], gate: gate)
        let first = OrchestratorSetup(
            storage: storage, register: { $0.register(OrchestratorSetup.adapter(0)) { _ in stubborn } })
        let job = try await first.submit()
        try await stubborn.waitForCalls(1)
        storage.die(first.lease.own)
        let second = OrchestratorSetup(storage: storage, engine: ForgetfulEngine(storage.journal))
        #expect(try await second.orchestrator.recover() == 1)
        storage.revive(first.lease.own)
        storage.die(second.lease.own)
        try await first.orchestrator.recover()
        #expect(try await storage.jobs.job(job.id)?.fence == 3)
        gate.open()
        let report = try await first.finished(job.id)
        #expect(report.status == .completed)
        #expect(stubborn.callCount == 2)
        try await first.leavesNothing()
    }

    @Test("Its old run is stopped for that")
    func comesBackFromHanging() async throws {
        let storage = SharedStorage()
        let first = OrchestratorSetup([ScriptedOperator(.hang, .empty(learnerKnown: true))], storage: storage)
        let job = try await first.submit()
        try await first.operators[0].waitForCalls(1)
        storage.die(first.lease.own)
        let second = OrchestratorSetup(storage: storage, engine: ForgetfulEngine(storage.journal))
        #expect(try await second.orchestrator.recover() == 1)
        storage.revive(first.lease.own)
        storage.die(second.lease.own)
        try await first.orchestrator.recover()
        #expect(try await first.finished(job.id).status == .completed)
        #expect(first.operators[0].cancellationCount == 1)
        try await first.leavesNothing()
    }

    @Test("A job can be cancelled from any process: what runs elsewhere is stopped, and what it writes refused")
    func cancelledElsewhere() async throws {
        let storage = SharedStorage()
        let runs = OrchestratorSetup([ScriptedOperator(.hang), ScriptedOperator()], storage: storage)
        let other = OrchestratorSetup([ScriptedOperator(), ScriptedOperator()], storage: storage)
        let orchestrator = runs.orchestrator
        let housekeeping = Task { await orchestrator.keepHouse() }
        defer { housekeeping.cancel() }
        let job = try await runs.submit()
        try await runs.operators[0].waitForCalls(1)
        try await eventually("the second part") { try await orchestrator.report(job.id).progress.count == 1 }
        let report = try await other.orchestrator.cancel(job.id)
        #expect(report.status == .failed)
        #expect(report.progress.mapValues { $0.failure?.reason } == [0: .cancelled, 1: nil])
        try await runs.operators[0].waitForCancellations(1)
        housekeeping.cancel()
        await housekeeping.value
        try await runs.leavesNothing()
        #expect(other.operators.map(\.callCount) == [0, 0])
    }

    @Test(
        "Storms of submissions, cancellations, retries, deaths and housekeeping leave each job with one end",
        arguments: 0..<8)
    func storm(seed: Int) async throws {
        let (storage, callback) = (SharedStorage(), RecordingCallback())
        let setups = (0..<3).map { _ in
            OrchestratorSetup(
                [ScriptedOperator(), ScriptedOperator(.failure(LIFError.refused), .empty(learnerKnown: true))],
                storage: storage, before: { _ in await Self.pause() },
                register: { $0.register("notify", callback: callback) },
                configure: {
                    ($0.workflow.callbacks.success, $0.workflow.callbacks.failure) = ("notify", "notify")
                })
        }
        var generator = SeededGenerator(seed: UInt64(seed) &+ 1)
        var jobs: [JobID] = []
        for _ in 0..<20 { jobs.append(try await setups[Int.random(in: 0..<3, using: &generator)].submit().id) }
        try await within("the storm") { [jobs, generator] in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<60 {
                    var own = SeededGenerator(seed: generator.state &+ UInt64(number))
                    let setup = setups[Int.random(in: 0..<3, using: &own)]
                    let id = jobs[Int.random(in: 0..<jobs.count, using: &own)]
                    let act = Int.random(in: 0..<6, using: &own)
                    group.addTask {
                        for _ in 0..<(number * 5) { await Task.yield() }
                        switch act {
                        case 0: _ = try? await setup.orchestrator.cancel(id)
                        case 1, 2: _ = try? await setup.orchestrator.retry(id)
                        case 3: try? await setup.orchestrator.takeUpIdle()
                        case 4: try? await setup.orchestrator.dropLost()
                        default:
                            storage.die(setup.lease.own)
                            for other in setups { _ = try? await other.orchestrator.recover() }
                            storage.revive(setup.lease.own)
                        }
                    }
                }
            }
        }
        try await within("the end of all jobs") {
            while try await !setups[0].unfinished().isEmpty {
                for setup in setups {
                    _ = try await setup.orchestrator.recover()
                    try await setup.orchestrator.takeUpIdle()
                    try await setup.orchestrator.dropLost()
                }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        for id in jobs {
            let report = try await setups[0].orchestrator.report(id)
            #expect(report.progress.count == 2)
            let derived = JobStatus(of: report.job, outcomes: report.progress.values, isStarted: false)
            #expect(report.job.finalStatus == derived)
            let landed = try await storage.queue.landed(of: id, after: 0, limit: 10)
            #expect(landed.map(\.part).sorted() == [0, 1])
        }
        for setup in setups {
            try await setup.orchestrator.dropLost()
            try await setup.leavesNothing()
        }
        for id in jobs {
            let last = callback.delivered.map(\.callback).filter { $0.job == id }.max { $0.fence < $1.fence }
            let status = try await setups[0].orchestrator.report(id).status
            #expect(last?.kind == (status == .completed ? .success : .failure))
        }
    }

    /// Lets others in between.
    private static func pause() async {
        for _ in 0..<Int.random(in: 0..<20) { await Task.yield() }
    }
}

/// The same numbers each time (SplitMix64).
private struct SeededGenerator: RandomNumberGenerator {
    private(set) var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
