import Foundation
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

    /// See ``Journal/expired(_:_:limit:)``. Those that ended first come first.
    public func expired(_ kind: JournalRun.Kind, _ expiry: RunExpiry, limit: Int) async throws -> [RunID] {
        func isBefore(_ date: Date?, _ limit: Date?) -> Bool {
            guard let date, let limit else { return false }
            return date < limit
        }
        return storage.state.withLock { state in
            state.entries.map(\.run).filter { run in
                guard run.kind == kind else { return false }
                switch expiry {
                case .data(let ended, let acknowledged):
                    return !run.state.isOpen && !run.isDataRemoved
                        && (isBefore(run.state.endedAt, ended) || isBefore(run.state.acknowledgedAt, acknowledged))
                case .run(let ended, let onlyWithoutData):
                    return isBefore(run.state.endedAt, ended) && (run.isDataRemoved || !onlyWithoutData)
                case .accepted(let date): return run.acceptedAt < date
                }
            }.sorted { ($0.state.endedAt ?? $0.acceptedAt) < ($1.state.endedAt ?? $1.acceptedAt) }
                .prefix(max(limit, 0)).map(\.id)
        }
    }

    /// See ``Journal/remove(_:of:)``. All at once.
    public func remove(_ what: RunRemoval, of runs: [RunID]) async throws {
        let ids = Set(runs)
        change { state in
            switch what {
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
