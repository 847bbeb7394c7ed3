import LIFJournal
import LIFModel
import LIFTesting
import Synchronization

/// The processes that share the stores: which of them run, and what they were configured with last.
final class House: Sendable {
    private struct State {
        /// By slot; `nil` for one whose process has died and was not started again.
        var holders: [Holder?]
        var sources: [Scenario.Source]
    }

    let stores = SharedStores()
    private let world: World
    private let state: Mutex<State>

    init(_ world: World) {
        self.world = world
        state = Mutex(
            State(
                holders: Array(repeating: nil, count: world.scenario.holders), sources: world.scenario.sources))
        for slot in 0..<world.scenario.holders { start(slot) }
    }

    var sources: [Scenario.Source] { state.withLock { $0.sources } }
    var slots: Range<Int> { 0..<world.scenario.holders }
    func holder(_ slot: Int) -> Holder? { state.withLock { $0.holders[slot] } }

    /// Any that lives, also one that is stopped: clients cannot see that.
    var anyHolder: Holder? { world.pick(state.withLock { $0.holders.compactMap(\.self) }) }

    func start(_ slot: Int) {
        guard holder(slot) == nil else { return }
        let process = world.machine.makeProcess()
        let sources = sources
        world.note("holder \(process) starts")
        let holder = world.machine.inside(process) {
            let holder = Holder(process, slot: slot, sources, stores, world)
            Task.detached { await holder.serve() }
            return holder
        }
        state.withLock { $0.holders[slot] = holder }
    }

    func kill(_ slot: Int) {
        guard let holder = holder(slot) else { return }
        state.withLock { $0.holders[slot] = nil }
        world.note("holder \(holder.process) dies")
        world.saw(.disturbed)
        world.machine.kill(holder.process)
        world.saw(.stopped(process: holder.process))
        stores.leases.remove(holder.leases.own, isNoticed: world.sabotage != .abandonedWork)
    }

    /// Lets a process end what it cannot leave. Clients that still wait then lose their connections.
    func shutDown(_ slot: Int) async {
        guard let holder = holder(slot) else { return }
        world.note("holder \(holder.process) is to end")
        let isDone: Void? = try? await world.machine.call(holder.process, patience: Self.longestShutdown) {
            await holder.shutDown()
        }
        if isDone == nil, world.machine.isRunning(holder.process), !world.scenario.has(.pauses) {
            world.saw(.refused(code: "late", what: "who stops holder \(holder.process)"))
        }
        if self.holder(slot) === holder { kill(slot) }
    }

    /// In seconds; a service manager kills it then.
    private static let longestShutdown = 90.0

    func stop(_ slot: Int) {
        guard let holder = holder(slot) else { return }
        world.note("holder \(holder.process) is stopped")
        world.saw(.disturbed)
        world.machine.stop(holder.process)
        world.saw(.stopped(process: holder.process))
    }

    func resume(_ slot: Int) {
        guard let holder = holder(slot), !world.machine.isRunning(holder.process) else { return }
        world.note("holder \(holder.process) goes on")
        world.saw(.disturbed)
        world.machine.resume(holder.process)
    }

    /// Gives all processes another configuration, one after the other.
    func reconfigure(_ sources: [Scenario.Source]) async {
        state.withLock { $0.sources = sources }
        for slot in slots {
            guard let holder = holder(slot) else { continue }
            try? await world.sleep(world.random(0...0.2))
            world.note("holder \(holder.process) is configured anew")
            try? await world.machine.call(holder.process, patience: 5) { await holder.reconfigure(sources) }
        }
    }

    /// As a store that has lost something.
    func forget(_ id: RandomID) async { try? await stores.journal.remove(.all, of: [id]) }

    /// All processes run, or start.
    func heal() {
        for slot in slots {
            resume(slot)
            start(slot)
        }
    }
}
