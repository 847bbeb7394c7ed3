import CSimulation
import LIFConcurrency
import LIFModel
import Synchronization

/// Runs one scenario from its beginning to the audit.
struct Simulation {
    /// How long after the troubles everything may take to come to its end, in seconds.
    static let settling = 2_400.0

    let scenario: Scenario
    var sabotage: Sabotage?
    var isPrinted = false

    struct Report {
        let violations: [Auditor.Violation]
        let lastLines: [String]
        let virtualSeconds: Double
        let trace: UInt64
        let jobs: Int
        let accepted: Int
        let counts: [String: Int]
    }

    func run() -> Report {
        simulation_begin(scenario.seed)
        SimulatedExecutor.takeOver()
        ForeignDataExecutor.runWithoutThreads()
        let machine = Machine.shared
        machine.begin(seed: scenario.seed, order: scenario.order)
        let world = World(scenario, sabotage: sabotage, isPrinted: isPrinted)
        world.note(scenario.summary)
        let isOver = Mutex(false)
        Task.detached {
            await play(world)
            isOver.withLock { $0 = true }
        }
        let horizon = scenario.duration + Self.settling
        var halt: Machine.Halt?
        do {
            try machine.run { isOver.withLock { $0 } || machine.now > horizon || sabotage == nil && world.hasFailed }
        } catch {
            halt = error as? Machine.Halt
        }
        if let halt { world.audit.withLock { $0.found(.ends, "the machine has stopped: \(halt)") } }
        if sabotage != nil || !world.hasFailed {
            for violation in world.audit.withLock({ $0.end() }) { world.note("!! \(violation)") }
        }
        return Report(
            violations: world.audit.withLock { $0.violations }, lastLines: world.lastLines(80),
            virtualSeconds: machine.now, trace: machine.trace, jobs: machine.jobCount,
            accepted: world.audit.withLock { $0.work.count }, counts: world.audit.withLock { $0.counts })
    }

    private func play(_ world: World) async {
        let house = House(world)
        let nemesis = Nemesis(world: world, house: house)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await nemesis.run() }
            for number in 0..<scenario.queryClients {
                group.addTask { await QueryClient(world: world, house: house, name: "asker \(number)").run() }
            }
            for number in 0..<scenario.jobClients {
                group.addTask { await JobClient(world: world, house: house, name: "client \(number)").run() }
            }
        }
        world.note("the clients are done")
        for again in world.readings { await again() }
        world.note("all was read again")
        await settle(world)
    }

    /// Waits until nothing is owed any more.
    private func settle(_ world: World) async {
        while world.audit.withLock({ !$0.owes.isEmpty }) { try? await world.sleep(5) }
    }
}
