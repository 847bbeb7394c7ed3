public import Foundation
public import LIFJournal
public import LIFModel
import Synchronization

/// A journal that calls back before and after each call of its base, and whose storage fails on demand.
public final class HookedJournal: Journal {
    /// A call, with what it is about.
    public enum Call: Sendable {
        case accept(JournalRun)
        case run(RunID, document: Bool)
        case runs(RunFilter)
        case openCount
        case commit(RunChange)
        case claim
        case append([JournalPart], RunID)
        case parts(RunID, PartSelection, data: Bool)
        case tally(RunID)
        case hand(HandOver, RunID)
        case handOver(task: String, RunID)
        case owedCallbacks
        case settle(RandomID, CallbackStanding)
        case remove(RunRemoval, [RunID])
        case checkRoom(Int)
        case log

        /// Whether it changes an accepted run, or what is owed.
        public var isChange: Bool {
            switch self {
            case .commit, .append, .hand, .settle, .remove: true
            case .accept, .run, .runs, .openCount, .claim, .parts, .tally, .handOver, .owedCallbacks, .checkRoom, .log:
                false
            }
        }

        /// Whether it reads what has landed or was handed on.
        public var isReadOfParts: Bool {
            switch self {
            case .parts, .tally, .handOver: true
            default: false
            }
        }

        /// The parts that it brings to their outcome, by their groups.
        public var landing: [Int] {
            switch self {
            case .append(let parts, _): parts.map(\.group)
            case .commit(let change): change.parts.map(\.group)
            default: []
            }
        }

        /// The state that a run gets; `nil` for all but commits.
        public var state: JournalRun.State? {
            if case .commit(let change) = self { change.state } else { nil }
        }
    }

    private struct State {
        var changeError: LIFError?
        var readError: LIFError?
        var failedChanges = 0
    }

    /// What a store throws that has no room: `OutputWriteException`, by us.
    public static let diskFull = LIFError(.outputWriteException, "The disk is full.", blame: .us)
    /// What a store throws that cannot be read: `OutputReadException`, by us.
    public static let damaged = LIFError(.outputReadException, "The store is damaged.", blame: .us)

    /// The journal that it passes calls on to.
    public let base: any Journal
    private let before: @Sendable (Call) async throws -> Void
    private let after: @Sendable (Call) async throws -> Void
    private let state = Mutex(State())

    /// A journal that changes nothing on its way to the base, unless the hooks throw.
    ///
    /// - Parameters:
    ///   - before: Called before each call; what it throws, the call throws.
    ///   - after: Called when a call is done, and before it returns.
    public init(
        _ base: any Journal = MemoryJournal(), before: @escaping @Sendable (Call) async throws -> Void = { _ in },
        after: @escaping @Sendable (Call) async throws -> Void = { _ in }
    ) {
        self.base = base
        self.before = before
        self.after = after
    }

    /// Each change of an accepted run from now on throws this; `nil` ends that.
    public func failChanges(with error: LIFError? = HookedJournal.diskFull) {
        state.withLock { $0.changeError = error }
    }

    /// Each read of parts from now on throws this; `nil` ends that.
    public func failReads(with error: LIFError? = HookedJournal.damaged) {
        state.withLock { $0.readError = error }
    }

    /// How many changes have failed.
    public var failedChangeCount: Int { state.withLock { $0.failedChanges } }

    private func call<Value: Sendable>(_ call: Call, _ body: () async throws -> Value) async throws -> Value {
        let error = state.withLock { state -> LIFError? in
            if call.isChange && state.changeError != nil {
                state.failedChanges += 1
                return state.changeError
            }
            return call.isReadOfParts ? state.readError : nil
        }
        if let error { throw error }
        try await before(call)
        let value = try await body()
        try await after(call)
        return value
    }

    /// Goes to the base between the two hooks.
    public func accept(_ run: JournalRun, index: RunIndex, parts: [JournalPart]) async throws -> JournalRun {
        try await call(.accept(run)) { try await base.accept(run, index: index, parts: parts) }
    }

    public func runs(_ filter: RunFilter) async throws -> [JournalRun] {
        let call: Call = filter.id.map { .run($0, document: filter.document) } ?? .runs(filter)
        return try await self.call(call) { try await base.runs(filter) }
    }

    /// Goes to the base between the two hooks.
    public func openCount(_ kind: JournalRun.Kind) async throws -> Int {
        try await call(.openCount) { try await base.openCount(kind) }
    }

    /// Throws the error of `failChanges` if there is one; else goes to the base between the two hooks.
    public func commit(_ change: RunChange) async throws -> JournalRun? {
        try await call(.commit(change)) { try await base.commit(change) }
    }

    /// Goes to the base between the two hooks.
    public func claim(
        _ kind: JournalRun.Kind, for holder: HolderID, living: Set<HolderID>, except worked: Set<RunID>,
        isFencing: Bool, limit: Int
    ) async throws -> [JournalRun] {
        try await call(.claim) {
            try await base.claim(
                kind, for: holder, living: living, except: worked, isFencing: isFencing, limit: limit)
        }
    }

    /// Throws the error of `failChanges` if there is one; else goes to the base between the two hooks.
    public func append(_ parts: [JournalPart], to id: RunID, epoch: Int) async throws -> Appended {
        try await call(.append(parts, id)) { try await base.append(parts, to: id, epoch: epoch) }
    }

    /// Throws the error of `failReads` if there is one; else goes to the base between the two hooks.
    public func parts(of id: RunID, _ selection: PartSelection, data: Bool) async throws -> [JournalPart] {
        try await call(.parts(id, selection, data: data)) { try await base.parts(of: id, selection, data: data) }
    }

    public func tally(of id: RunID, kinds: Set<String>) async throws -> PartTally {
        try await call(.tally(id)) { try await base.tally(of: id, kinds: kinds) }
    }

    /// Throws the error of `failChanges` if there is one; else goes to the base between the two hooks.
    public func hand(_ handOver: HandOver, of id: RunID, epoch: Int) async throws -> Refusal? {
        try await call(.hand(handOver, id)) { try await base.hand(handOver, of: id, epoch: epoch) }
    }

    /// Throws the error of `failReads` if there is one; else goes to the base between the two hooks.
    public func handOver(of task: String, of id: RunID) async throws -> HandOver? {
        try await call(.handOver(task: task, id)) { try await base.handOver(of: task, of: id) }
    }

    /// Goes to the base between the two hooks.
    public func owedCallbacks(
        of holder: HolderID, takingOverFrom living: Set<HolderID>?
    ) async throws -> [OwedCallback] {
        try await call(.owedCallbacks) { try await base.owedCallbacks(of: holder, takingOverFrom: living) }
    }

    /// Throws the error of `failChanges` if there is one; else goes to the base between the two hooks.
    public func settle(_ callback: RandomID, as standing: CallbackStanding) async throws {
        try await call(.settle(callback, standing)) { try await base.settle(callback, as: standing) }
    }

    public func remove(_ what: RunRemoval, of runs: [RunID]) async throws {
        try await call(.remove(what, runs)) { try await base.remove(what, of: runs) }
    }

    /// Goes to the base between the two hooks.
    public func checkRoom(for bytes: Int) async throws {
        try await call(.checkRoom(bytes)) { try await base.checkRoom(for: bytes) }
    }

    public func changes(of run: RunID?) -> AsyncStream<Void> { base.changes(of: run) }

    public func log(_ entries: [RunLogEntry], removingBefore date: Date?, limit: Int) async throws -> Int {
        try await call(.log) { try await base.log(entries, removingBefore: date, limit: limit) }
    }

    public func log(of run: RunID, limit: Int) async throws -> [RunLogEntry] {
        try await call(.log) { try await base.log(of: run, limit: limit) }
    }
}
