import Foundation
import LIFJournal
import LIFModel
import LIFTesting
import Testing

@testable import LIFSQLite

/// Processes on one journal that come, stand still, go on and die at random, while the time of day is set: each sees of the others
/// what `PeerSilence` says of their files, and which of them have died.
@Suite(.timeLimit(.minutes(5))) struct LeasesRandomTests {
    private static let renewal = Duration.seconds(5)
    private static let expiry = Duration.seconds(30)

    private struct Process {
        let holder = HolderID()
        var touchedAt: Date
        /// When it last touched its file, by a clock that nobody sets.
        var touched: SuspendingClock.Instant
        var nextLook: SuspendingClock.Instant
        var stoppedUntil: SuspendingClock.Instant?
        var isDead = false
        var peers: [HolderID: PeerSilence] = [:]
        /// The epoch under which it believes to hold a run.
        var held: [RunID: Int] = [:]
    }

    private struct World {
        var random: SeededGenerator
        let journal = MemoryJournal()
        var now = SuspendingClock.now
        var wall = Date(timeIntervalSinceReferenceDate: 800_000_000)
        var processes: [Process] = []
        var runs: [RunID] = []
        var part = 0

        mutating func addProcess() {
            processes.append(Process(touchedAt: wall, touched: now, nextLook: now))
        }
    }

    @Test(
        "One process at most can write to a run, nobody who renews its lease loses what it holds, and what is left is taken over",
        arguments: ModelSeeds.some(40))
    func rules(_ seed: UInt64) async throws {
        var world = World(random: SeededGenerator(seed: seed))
        for _ in 0..<Int.random(in: 1...4, using: &world.random) { world.addProcess() }
        for _ in 0..<600 { try await Self.step(&world) }
        // From now on nobody stops or dies.
        for index in world.processes.indices { world.processes[index].stoppedUntil = nil }
        if world.processes.allSatisfy(\.isDead) { world.addProcess() }
        for _ in 0..<250 { try await Self.step(&world, isCalm: true) }
        let living = Set(world.processes.filter { !$0.isDead }.map(\.holder))
        for id in world.runs {
            let run = try #require(try await world.journal.run(id, document: false))
            #expect(living.contains(run.state.holder), "a run was left to who has died")
        }
    }

    private static func step(_ world: inout World, isCalm: Bool = false) async throws {
        let time = Duration.milliseconds(Int.random(in: 100...3_000, using: &world.random))
        world.now = world.now.advanced(by: time)
        world.wall += Double(time.components.seconds) + Double.random(in: 0..<1, using: &world.random)
        if !isCalm { try await disturb(&world) }
        for index in world.processes.indices.shuffled(using: &world.random) { try await act(index, &world) }
        try await write(&world)
    }

    private static func disturb(_ world: inout World) async throws {
        guard let index = world.random.pick(Array(world.processes.indices)) else { return }
        switch Int.random(in: 0..<100, using: &world.random) {
        case ..<10:
            guard !world.processes[index].isDead else { return }
            let run = JournalRun(
                kind: .job, acceptedAt: world.wall, expectedParts: 1_000, document: [],
                state: JournalRun.State(startedAt: world.wall, holder: world.processes[index].holder))
            _ = try await world.journal.accept(run, index: RunIndex(), parts: [])
            world.runs.append(run.id)
            world.processes[index].held[run.id] = run.state.epoch
        case ..<14:
            world.processes[index].stoppedUntil = world.now.advanced(
                by: .seconds(Int.random(in: 1...120, using: &world.random)))
        case ..<16: world.processes[index].isDead = true
        case ..<19 where world.processes.count < 9: world.addProcess()
        case ..<24: world.wall += Double(Int.random(in: -100_000...100_000, using: &world.random)) + 0.3
        default: break
        }
    }

    private static func act(_ index: Int, _ world: inout World) async throws {
        let now = world.now
        guard !world.processes[index].isDead else { return }
        if let until = world.processes[index].stoppedUntil, now < until { return }
        world.processes[index].stoppedUntil = nil
        guard now >= world.processes[index].nextLook else { return }
        world.processes[index].nextLook = now.advanced(by: renewal)
        (world.processes[index].touchedAt, world.processes[index].touched) = (world.wall, now)
        var living: Set = [world.processes[index].holder]
        for peer in world.processes where peer.holder != world.processes[index].holder && !peer.isDead {
            var silence =
                world.processes[index].peers[peer.holder]
                ?? PeerSilence(renewal: renewal, expiry: expiry, touchedAt: peer.touchedAt, at: now)
            _ = silence.look(peer.touchedAt, at: now)
            world.processes[index].peers[peer.holder] = silence
            if !silence.isHung { living.insert(peer.holder) }
        }
        try await takeOver(index, living, &world)
    }

    private static func takeOver(_ index: Int, _ living: Set<HolderID>, _ world: inout World) async throws {
        let own = world.processes[index].holder
        var former: [RunID: HolderID] = [:]
        for id in world.runs { former[id] = try await world.journal.run(id, document: false)?.state.holder }
        let claimed = try await world.journal.claim(
            .job, for: own, living: living, except: [], isFencing: Bool.random(using: &world.random), limit: 3)
        for run in claimed {
            // Who takes over writes under an epoch of its own, whether the claim or it has raised it.
            var state = run.state
            let known = world.processes.compactMap { $0.held[run.id] }.max() ?? 0
            if state.epoch <= known {
                state.epoch = known + 1
                _ = try #require(try await world.journal.commit(RunChange(run, to: state)))
            }
            world.processes[index].held[run.id] = state.epoch
            guard let loser = world.processes.first(where: { $0.holder == former[run.id] }) else { continue }
            #expect(
                loser.isDead || world.now - loser.touched > expiry,
                "a run was taken from a process that had renewed its lease \(world.now - loser.touched) before")
        }
    }

    /// All who believe to hold a run write to it.
    private static func write(_ world: inout World) async throws {
        guard let id = world.random.pick(world.runs) else { return }
        var writers: [Int] = []
        for index in world.processes.indices {
            guard let epoch = world.processes[index].held[id], !world.processes[index].isDead else { continue }
            world.part += 1
            let part = JournalPart(group: world.part, outcome: "data", items: 0, isLearnerKnown: true, at: world.wall)
            switch try await world.journal.append([part], to: id, epoch: epoch) {
            case .kept: writers.append(index)
            case .refused(let refusal):
                #expect(refusal == .superseded)
                world.processes[index].held[id] = nil
            }
        }
        #expect(writers.count <= 1, "\(writers.count) processes could write")
        if let writer = writers.first {
            let holder = try await world.journal.run(id, document: false)?.state.holder
            #expect(world.processes[writer].holder == holder)
        }
    }
}
