import Foundation
import LIFModel
import Synchronization

/// Who is alive on the stores: a death is noticed at once, as by a lock, and a process that hangs when it has not renewed its lease
/// for some of the others' renewals.
final class LeaseRegistry: Sendable {
    struct Lease: Sendable {
        let process: ProcessNumber
        var renewals = 0
        var isImmortal = false
    }

    private struct State {
        var leases: [HolderID: Lease] = [:]
        var listeners: [Int: (holder: HolderID, continuation: AsyncStream<Void>.Continuation)] = [:]
        var last = 0
    }

    private let state = Mutex(State())

    var all: [HolderID: Lease] { state.withLock { $0.leases } }

    func add(_ holder: HolderID, process: ProcessNumber) {
        state.withLock { $0.leases[holder] = Lease(process: process) }
    }

    func renew(_ holder: HolderID) { state.withLock { $0.leases[holder]?.renewals += 1 } }

    /// Of a process that has died.
    ///
    /// - Parameter isNoticed: Else it counts as living for ever: a fault that is built in.
    func remove(_ holder: HolderID, isNoticed: Bool) {
        guard isNoticed else { return state.withLock { $0.leases[holder]?.isImmortal = true } }
        let others = state.withLock { state in
            state.leases[holder] = nil
            return state.listeners.sorted { $0.key < $1.key }.map(\.value).filter { $0.holder != holder }
        }
        for other in others { other.continuation.yield() }
    }

    func listen(_ holder: HolderID) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.last += 1
            state.listeners[state.last] = (holder, continuation)
            return state.last
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.listeners[number] = nil } }
        return stream
    }

    func wake(_ holder: HolderID) {
        let own = state.withLock { state in
            state.listeners.sorted { $0.key < $1.key }.map(\.value).filter { $0.holder == holder }
        }
        for listener in own { listener.continuation.yield() }
    }
}

/// One process's view, as `ProcessLeases` has it: what this process has not seen renewed for `expiry` of its own renewals hangs.
final class SimulatedLeases: Leases {
    private static let renewal = 5.0
    private static let expiry = 6

    let own = HolderID()
    private let registry: LeaseRegistry
    private let seen = Mutex<[HolderID: (renewals: Int, silence: Int)]>([:])

    init(_ registry: LeaseRegistry, process: ProcessNumber) {
        self.registry = registry
        registry.add(own, process: process)
    }

    func living() async throws -> Set<HolderID> {
        let hung = seen.withLock { seen in Set(seen.filter { $0.value.silence >= Self.expiry }.keys) }
        return Set(registry.all.keys).subtracting(hung).union([own])
    }

    func departures() -> AsyncStream<Void> { registry.listen(own) }

    /// Renews the lease and looks at the others until the task is cancelled.
    func renew() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(Self.renewal))
            registry.renew(own)
            if look() { registry.wake(own) }
        }
    }

    /// - Returns: Whether another one has begun to hang.
    private func look() -> Bool {
        let others = registry.all.filter { $0.key != own }
        return seen.withLock { seen in
            var hasBegun = false
            seen = seen.filter { others[$0.key] != nil }
            for (holder, lease) in others where !lease.isImmortal {
                guard let known = seen[holder], known.renewals == lease.renewals else {
                    seen[holder] = (lease.renewals, 0)
                    continue
                }
                seen[holder] = (known.renewals, known.silence + 1)
                if known.silence + 1 == Self.expiry { hasBegun = true }
            }
            return hasBegun
        }
    }
}

/// What the processes of one machine have seen of its clock together, as `StoreRetentionClock` keeps it.
final class SimulatedRetentionClock: RetentionClock {
    private let trust: Mutex<ClockTrust>
    private let read: @Sendable () -> ClockReading

    init(_ read: @escaping @Sendable () -> ClockReading) {
        self.read = read
        trust = Mutex(ClockTrust(read()))
    }

    func timeForRemoval() async -> Date? {
        trust.withLock { trust in
            _ = trust.look(at: read())
            return trust.isBelieved ? trust.last.wall : nil
        }
    }
}
