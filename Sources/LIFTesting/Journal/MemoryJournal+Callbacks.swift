public import Foundation
public import LIFJournal
public import LIFModel
import Synchronization

/// What is owed, and what is removed.
extension MemoryJournal {
    /// See ``Journal/owedCallbacks(of:takingOverFrom:)``.
    public func owedCallbacks(
        of holder: HolderID, takingOverFrom living: Set<HolderID>?
    ) async throws -> [OwedCallback] {
        change { state in
            for place in state.debts.indices where !state.debts[place].isClosed {
                if let living, !living.contains(state.debts[place].holder) { state.debts[place].holder = holder }
            }
            return state.debts.filter { !$0.isClosed && $0.holder == holder }.map(\.callback).enumerated()
                .sorted { ($0.element.createdAt, $0.offset) < ($1.element.createdAt, $1.offset) }.map(\.element)
        }
    }

    static func owe(_ callbacks: [OwedCallback], holder: HolderID, _ state: inout State) {
        for callback in callbacks where !state.debts.contains(where: { $0.callback.isSame(as: callback) }) {
            state.debts.append(Debt(callback: callback, holder: holder))
        }
    }

    /// See ``Journal/settle(_:as:)``. A callback that is closed stays in ``closedCallbacks``.
    public func settle(_ callback: RandomID, as standing: CallbackStanding) async throws {
        change { state in
            for place in state.debts.indices
            where state.debts[place].callback.id == callback && !state.debts[place].isClosed {
                switch standing {
                case .attempted(let count):
                    state.debts[place].callback.attempts = max(state.debts[place].callback.attempts, count)
                case .delivered: state.debts[place].isClosed = true
                case .givenUp(let reason):
                    state.debts[place].isClosed = true
                    state.debts[place].givenUp = reason
                }
            }
        }
    }

    /// See ``Journal/log(_:removingBefore:limit:)``. No other journal is told.
    public func log(_ entries: [RunLogEntry], removingBefore date: Date?, limit: Int) async throws -> Int {
        storage.state.withLock { state in
            state.log += entries
            guard let date else { return 0 }
            let old = state.log.indices.filter { state.log[$0].at < date }
                .sorted { (state.log[$0].at, $0) < (state.log[$1].at, $1) }.prefix(max(limit, 0))
            for index in old.sorted(by: >) { state.log.remove(at: index) }
            return old.count
        }
    }

    /// See ``Journal/log(of:limit:)``.
    public func log(of run: RunID, limit: Int) async throws -> [RunLogEntry] {
        storage.state.withLock { state in state.log.filter { $0.run == run }.suffix(max(limit, 0)) }
    }

    /// See ``Journal/remove(_:of:)``. All at once.
    public func remove(_ what: RunRemoval, of runs: [RunID]) async throws {
        let ids = Set(runs)
        change { state in
            switch what {
            case .log: state.log.removeAll { ids.contains($0.run) }
            case .all:
                state.entries.removeAll { ids.contains($0.run.id) }
                state.debts.removeAll { ids.contains($0.callback.run) }
            case .data, .content:
                for place in state.entries.indices where ids.contains(state.entries[place].run.id) {
                    state.entries[place].remove(isContent: what == .content)
                }
            }
        }
    }
}

extension MemoryJournal.Entry {
    func hasExpired(_ expiry: RunExpiry) -> Bool {
        func isBefore(_ date: Date?, _ limit: Date?) -> Bool {
            guard let date, let limit else { return false }
            return date < limit
        }
        switch expiry {
        case .data(let ended, let acknowledged):
            return !run.state.isOpen && !run.isDataRemoved
                && (isBefore(run.state.endedAt, ended) || isBefore(run.state.acknowledgedAt, acknowledged))
        case .run(let ended, let onlyWithoutData):
            return isBefore(run.state.endedAt, ended) && (run.isDataRemoved || !onlyWithoutData)
        case .accepted(let date): return run.acceptedAt < date
        }
    }

    mutating func remove(isContent: Bool) {
        if isContentRemoved || run.isDataRemoved && !isContent { return }
        handOvers = [:]
        parts = isContent ? [] : parts.map { $0.with(.none) }
        if isContent {
            isContentRemoved = true
            run.state.failure = nil
        }
        refresh(revision: run.revision + 1, document: isContent ? .some(nil) : nil, isDataRemoved: true)
    }
}
