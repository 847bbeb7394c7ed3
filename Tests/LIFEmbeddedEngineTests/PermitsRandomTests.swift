import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFEmbeddedEngine

/// Several processes with random work on one limit; they stop, go on and die at random, and the store knows only what they claim.
@Suite(.timeLimit(.minutes(5))) struct PermitsRandomTests {
    private typealias Instant = ContinuousClock.Instant

    private struct Process {
        let holder = HolderID()
        var permits = PoolPermits()
        var running: [Instant] = []
        var waiting = 0
        /// It stands still until then.
        var stoppedUntil: Instant?
        var isDead = false
        var lastStart: Instant?
        /// What the store has granted, and when the process learns of it.
        var answers: [(grant: PermitGrant, kind: SharedLimitID.Kind, askedAt: Instant, at: Instant)] = []
    }

    private struct World {
        var random: SeededGenerator
        let size: Int
        let rate: RateLimit?
        let taskTime: Duration
        var now = ContinuousClock.now
        var processes: [Process] = []
        var ledgers: [SharedLimitID.Kind: SharedLimit] = [:]
        let start: Instant
        var starts: [(at: Instant, process: Int)] = []
        var violations: [String] = []
        var writes = 0

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed)
            size = Int.random(in: 1...9, using: &random)
            rate =
                random.chance(50)
                ? RateLimit(
                    starts: Int.random(in: 1...12, using: &random),
                    period: .seconds(Int.random(in: 1...3, using: &random) == 3 ? 45 : 1)) : nil
            taskTime = .milliseconds(Int.random(in: 20...800, using: &random))
            start = now
            for _ in 0..<Int.random(in: 1...4, using: &random) { addProcess() }
        }

        mutating func addProcess() {
            var process = Process()
            process.permits.configure(places: size, rate: rate)
            processes.append(process)
        }
    }

    @Test(
        "Whatever happens, no more runs or starts than the limits allow over all processes, and whoever waits gets its turn",
        arguments: ModelSeeds.some(60))
    func rules(_ seed: UInt64) async throws {
        var world = World(seed: seed)
        for step in 0..<4_000 {
            if step % 200 == 0 { await Task.yield() }
            Self.step(&world)
            try #require(world.violations == [], "step \(step)")
        }
        // From now on nobody stops, and all want something: each gets its turn.
        for index in world.processes.indices where !world.processes[index].isDead {
            world.processes[index].stoppedUntil = nil
            world.processes[index].waiting = 1_000_000
            world.processes[index].lastStart = nil
        }
        for _ in 0..<60_000 where world.processes.contains(where: { !$0.isDead && $0.lastStart == nil }) {
            Self.step(&world, isCalm: true)
        }
        try #require(world.violations == [])
        for process in world.processes where !process.isDead {
            #expect(process.lastStart != nil, "one of \(world.processes.count) never had a turn; size \(world.size)")
        }
    }

    /// A tenth of a second or less goes by, and everyone does what is due.
    private static func step(_ world: inout World, isCalm: Bool = false) {
        world.now += .milliseconds(Int.random(in: 1...60, using: &world.random))
        if !isCalm { disturb(&world) }
        for index in world.processes.indices.shuffled(using: &world.random) { act(index, &world) }
        check(&world)
    }

    private static func disturb(_ world: inout World) {
        guard let index = world.random.pick(Array(world.processes.indices)) else { return }
        switch Int.random(in: 0..<1_000, using: &world.random) {
        case ..<300: world.processes[index].waiting += Int.random(in: 0...6, using: &world.random)
        case ..<303:
            world.processes[index].stoppedUntil = world.now + .seconds(Int.random(in: 1...70, using: &world.random))
        case ..<304 where world.processes.count < 8: world.addProcess()
        case ..<305 where world.processes.count(where: { !$0.isDead }) > 1:
            // Whoever is killed leaves nothing running.
            world.processes[index].isDead = true
            world.processes[index].running = []
        default: break
        }
    }

    private static func act(_ index: Int, _ world: inout World) {
        let now = world.now
        guard !world.processes[index].isDead else { return }
        if let until = world.processes[index].stoppedUntil {
            if now < until { return }
            world.processes[index].stoppedUntil = nil
        }
        world.processes[index].running.removeAll { $0 <= now }
        let (taken, waiting) = (world.processes[index].running.count, world.processes[index].waiting)
        if world.random.chance(30) { world.processes[index].permits.tellOfChange() }
        _ = world.processes[index].permits.note(taken: taken, waiting: waiting, now: now)
        let claims = world.processes[index].permits.claims(of: "pool", taken: taken, waiting: waiting, now: now)
        for claim in claims {
            let before = world.ledgers[claim.limit.kind] ?? SharedLimit()
            var ledger = before
            let grant = ledger.settle(claim, of: world.processes[index].holder, now: now - world.start)
            if ledger != before { world.writes += 1 }
            world.ledgers[claim.limit.kind] = ledger
            let delay = Duration.milliseconds(
                world.random.chance(80) ? 0 : Int.random(in: 0...3_000, using: &world.random))
            world.processes[index].answers.append((grant, claim.limit.kind, now, now + delay))
            let held = ledger.shares.filter { $0.until > now - world.start }.reduce(0) { $0 + $1.held }
            if held > claim.size { world.violations.append("\(held) of \(claim.size) are held") }
        }
        for answer in world.processes[index].answers where answer.at <= now {
            world.processes[index].permits.take(answer.grant, answer.kind, askedAt: answer.askedAt)
        }
        world.processes[index].answers.removeAll { $0.at <= now }
        while world.processes[index].waiting > 0,
            world.processes[index].running.count < world.processes[index].permits.places(of: world.size, at: now),
            world.processes[index].permits.mayStart(at: now)
        {
            world.processes[index].waiting -= 1
            world.processes[index].permits.started(at: now)
            world.processes[index].running.append(now + world.taskTime)
            world.processes[index].lastStart = now
            world.starts.append((now, index))
            // What a process that stands still has under way goes on, but nobody starts beside more than there is.
            let others = world.processes.filter { !$0.isDead }.reduce(0) { sum, process in
                sum + process.running.count { $0 > now }
            }
            if others > world.size { world.violations.append("\(others) of \(world.size) run") }
        }
    }

    private static func check(_ world: inout World) {
        guard let rate = world.rate else { return }
        world.starts.removeAll { world.now - $0.at >= rate.period }
        if world.starts.count > rate.starts {
            world.violations.append("\(world.starts.count) of \(rate.starts) have started")
        }
    }
}
