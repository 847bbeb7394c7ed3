import LIFModel
import Synchronization

/// Processes that live as long as a test says so.
final class TestLeases: Leases {
    final class Machine: Sendable {
        fileprivate let state = Mutex((living: Set<HolderID>(), watchers: [AsyncStream<Void>.Continuation]()))
    }

    let own = HolderID()
    private let machine: Machine

    init(on machine: Machine) {
        self.machine = machine
        machine.state.withLock { state in _ = state.living.insert(own) }
    }

    func living() async throws -> Set<HolderID> { machine.state.withLock { $0.living } }

    func departures() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        machine.state.withLock { $0.watchers.append(continuation) }
        return stream
    }

    /// The others take it for dead from now on. What it does goes on: it may only have hung.
    func die() {
        let watchers = machine.state.withLock { state in
            state.living.remove(own)
            return state.watchers
        }
        for watcher in watchers { watcher.yield() }
    }

    /// It turns out to have hung only.
    func revive() { machine.state.withLock { state in _ = state.living.insert(own) } }
}
