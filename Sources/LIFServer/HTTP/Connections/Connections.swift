import HummingbirdCore
import NIOCore
import Synchronization

/// The connections of a server, of which there are never more than `ListenerConfiguration.maximumConnections` and a few.
final class Connections: Sendable {
    /// Those let in above the limit, so that a crowded server can still be asked how it is.
    static let reserve = 16

    private struct State {
        var room: ConnectionRoom<ObjectIdentifier>
        var channels: [ObjectIdentifier: any Channel] = [:]
        /// Whose descriptors are in use, also when they are about to be closed, or not set up yet.
        var open = 0
    }

    private let limit: Int
    private let state: Mutex<State>

    init(limit: Int) {
        self.limit = limit
        state = Mutex(State(room: ConnectionRoom(limit: limit)))
    }

    var isCrowded: Bool { state.withLock { $0.room.isCrowded } }

    /// Lets a connection in, and closes another one where there is no room for both.
    func enter(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let leaving: (any Channel)? = state.withLock { state in
            state.channels[id] = channel
            guard let leaving = state.room.enter(id) else { return nil }
            return state.channels.removeValue(forKey: leaving)
        }
        leaving?.close(promise: nil)
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { state in
                state.channels[id] = nil
                state.room.leave(id)
            }
        }
    }

    func beginWork(_ channel: any Channel) { state.withLock { $0.room.beginWork(ObjectIdentifier(channel)) } }

    func endWork(_ channel: any Channel) { state.withLock { $0.room.endWork(ObjectIdentifier(channel)) } }

    /// Keeps the server from accepting more connections than it has descriptors for.
    var acceptance: any AvailableConnectionsDelegate { Acceptance(connections: self) }

    private struct Acceptance: AvailableConnectionsDelegate {
        let connections: Connections

        func connectionOpened() { connections.state.withLock { $0.open += 1 } }
        func connectionClosed() { connections.state.withLock { $0.open -= 1 } }

        func isAcceptingNewConnections() -> Bool {
            connections.state.withLock { $0.open < connections.limit + Connections.reserve }
        }
    }
}
