import LIFEmbeddedEngine
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

/// Two engines that share pools, as those of two processes do.
@Suite(.timeLimit(.minutes(2))) struct SharedPoolTests {
    private static func names(_ count: Int) -> [String] { (0..<count).map { "\($0)" } }

    /// What the store takes time from, and whether it answers.
    private final class CountedPermits: PermitStore {
        let base: MemoryPermitStore
        let calls = Mutex(0)
        let isBroken = Mutex(false)

        init(_ base: MemoryPermitStore) { self.base = base }

        var own: HolderID { base.own }

        func living() async throws -> Set<HolderID> { [own, HolderID()] }

        func departures() -> AsyncStream<Void> { base.departures() }

        func settle(_ claims: [PermitClaim]) async throws -> [PermitGrant] {
            calls.withLock { $0 += 1 }
            if isBroken.withLock({ $0 }) { throw HookedJournal.diskFull }
            return try await base.settle(claims)
        }

        func permitChanges() -> AsyncStream<Void> { base.permitChanges() }
    }

    private static func permits() -> MemoryPermitStore {
        let start = ContinuousClock.now
        return MemoryPermitStore { .now - start }
    }

    @Test("Together they run as many tasks of a pool as its limit says, and each gets its part")
    func shares() async throws {
        let permits = Self.permits()
        let limits = EngineLimits(pools: ["org1": 6], shared: ["org1"])
        let engines = [
            EmbeddedEngine(limits: limits, permits: permits),
            EmbeddedEngine(limits: limits, permits: MemoryPermitStore(sharing: permits)),
        ]
        let gates = [Gate(), Gate()]
        let executors = gates.map { ScriptedExecutor(Self.names(8), .wait($0)) }
        let run = try WorkflowRun.fan(Self.names(8), TaskResources(pool: "org1"))
        try await engines[0].submit(run, to: executors[0])
        try await eventually("the first has all places") { engines[0].load(of: "org1") == (6, 2) }
        try await engines[1].submit(
            try .fan(Self.names(8), TaskResources(pool: "org1")), to: executors[1])
        try await executors[1].waitForStarts(2)
        #expect(engines[1].load(of: "org1") == (0, 8))
        gates[0].open()
        try await executors[0].waitForEnds(1)
        try await eventually("the second has its places") { engines[1].load(of: "org1").running == 6 }
        gates[1].open()
        try await executors[1].waitForEnds(1)
        #expect(executors.map { $0.mostAtOnce(in: "org1") } == [6, 6])
        for engine in engines { await engine.shutdown() }
    }

    @Test("Tasks that start in steady state ask the store for nothing")
    func asksSeldom() async throws {
        let permits = CountedPermits(Self.permits())
        let engine = EmbeddedEngine(limits: EngineLimits(pools: ["org1": 4], shared: ["org1"]), permits: permits)
        let executor = ScriptedExecutor()
        for _ in 0..<50 {
            try await engine.submit(try .fan(Self.names(20), TaskResources(pool: "org1")), to: executor)
        }
        try await executor.waitForEnds(50)
        #expect((1...3).contains(permits.calls.withLock { $0 }))
        #expect(executor.mostAtOnce(in: "org1") <= 4)
        await engine.shutdown()
    }

    @Test(
        "While the store does not answer, each process uses an equal part of the limit, and shares it again afterwards")
    func brokenStore() async throws {
        let permits = CountedPermits(Self.permits())
        permits.isBroken.withLock { $0 = true }
        let engine = EmbeddedEngine(limits: EngineLimits(pools: ["org1": 6], shared: ["org1"]), permits: permits)
        let gate = Gate()
        let executor = ScriptedExecutor(Self.names(9), .wait(gate))
        try await engine.submit(try .fan(Self.names(9), TaskResources(pool: "org1")), to: executor)
        try await eventually("it runs its part") { engine.load(of: "org1") == (3, 6) }
        permits.isBroken.withLock { $0 = false }
        try await eventually("it has all of it again") { engine.load(of: "org1") == (6, 3) }
        gate.open()
        try await executor.waitForEnds(1)
        await engine.shutdown()
    }

    @Test("A rate holds also where nobody shares it, and what waits for it lets other pools go on")
    func rate() async throws {
        let limits = EngineLimits(total: 8, rates: ["org1": RateLimit(starts: 3, period: .seconds(1))])
        let engine = EmbeddedEngine(limits: limits)
        let executor = ScriptedExecutor()
        let start = ContinuousClock.now
        try await engine.submit(try .fan(Self.names(9), TaskResources(pool: "org1")), to: executor)
        let other = ScriptedExecutor()
        try await engine.submit(try .fan(Self.names(9), TaskResources(pool: "org2")), to: other)
        try await other.waitForEnds(1)
        #expect(engine.load(of: "org1").waiting > 0)
        try await executor.waitForEnds(1)
        #expect(ContinuousClock.now - start >= .seconds(2), "three, three, and three")
        await engine.shutdown()
    }
}
