import Foundation
public import LIFJournal
public import LIFModel
import Synchronization

/// A journal that forgets everything with its process.
public final class MemoryJournal: Journal {
    struct Entry {
        var run: JournalRun
        let index: RunIndex
        var parts: [JournalPart] = []
        var handOvers: [String: HandOver] = [:]
        var lastPosition: Int64 = 0
        var isContentRemoved = false
    }

    struct Debt {
        var callback: OwedCallback
        var holder: HolderID
        var isClosed = false
        var givenUp: String?
    }

    struct State {
        /// In the order of acceptance.
        var entries: [Entry] = []
        var debts: [Debt] = []
        var listeners: [Int: (journal: ObjectIdentifier, continuation: AsyncStream<Void>.Continuation)] = [:]
        var nextListener = 0
        var refusal: LIFError?
        /// In their order.
        var log: [RunLogEntry] = []

        func place(of id: RunID) -> Int? { entries.firstIndex { $0.run.id == id } }
    }

    /// What several journals may share, as processes share a file.
    final class Storage: Sendable {
        let state = Mutex(State())
    }

    let storage: Storage

    /// An empty journal that shares its runs with no other.
    public init() { storage = Storage() }

    /// Another process's view of the same runs.
    public init(sharing other: MemoryJournal) { storage = other.storage }

    /// Changes what is kept, and notifies the other journals.
    func change<Value>(_ body: (inout State) -> sending Value) -> Value {
        let (value, listeners) = storage.state.withLock { state in
            (body(&state), state.listeners.values.filter { $0.journal != ObjectIdentifier(self) })
        }
        for listener in listeners { listener.continuation.yield() }
        return value
    }

    /// How many listen for changes.
    public var listenerCount: Int { storage.state.withLock { $0.listeners.count } }

    /// The callbacks that nothing more is to be done for, and why they were given up, if they were.
    public var closedCallbacks: [(callback: OwedCallback, givenUp: String?)] {
        storage.state.withLock { state in state.debts.filter(\.isClosed).map { ($0.callback, $0.givenUp) } }
    }

    /// Each run from now on is refused with this; `nil` ends that.
    public func refuse(with error: LIFError?) { change { $0.refusal = error } }

    /// See ``Journal/accept(_:index:parts:)``.
    ///
    /// - Throws: What ``refuse(with:)`` was given last.
    public func accept(_ run: JournalRun, index: RunIndex, parts: [JournalPart]) async throws -> JournalRun {
        if let refusal = storage.state.withLock(\.refusal) { throw refusal }
        return change { state in
            if let place = state.place(of: run.id) { return state.entries[place].run }
            let earlier = state.entries.first { $0.run.kind == run.kind && $0.run.key == run.key && run.key != nil }
            if let earlier { return earlier.run }
            var entry = Entry(run: run, index: index)
            _ = entry.append(parts)
            state.entries.append(entry)
            return run
        }
    }

    /// See ``Journal/runs(_:)``. Looks at every run.
    public func runs(_ filter: RunFilter) async throws -> [JournalRun] {
        storage.state.withLock { state in
            var entries = state.entries[...]
            if let after = filter.after { entries = entries[..<(state.place(of: after) ?? 0)] }
            var runs = entries.reversed().filter { $0.matches(filter) }.map(\.run)
            if filter.expiry != nil {
                runs.sort { ($0.state.endedAt ?? $0.acceptedAt) < ($1.state.endedAt ?? $1.acceptedAt) }
            }
            return runs.prefix(max(0, filter.limit)).map { filter.document ? $0 : $0.with(document: nil) }
        }
    }

    /// See ``Journal/openCount(_:)``.
    public func openCount(_ kind: JournalRun.Kind) async throws -> Int {
        storage.state.withLock { $0.entries.count { $0.run.kind == kind && $0.run.state.isOpen } }
    }

    /// See ``Journal/commit(_:)``.
    public func commit(_ change: RunChange) async throws -> JournalRun? {
        self.change { state in
            guard let place = state.place(of: change.id), state.entries[place].run.revision == change.revision,
                change.lastPosition.map({ $0 == state.entries[place].lastPosition }) ?? true
            else { return nil }
            var entry = state.entries[place]
            if change.dropsFailedParts { entry.parts.removeAll(where: \.hasFailures) }
            if !entry.isContentRemoved { _ = entry.append(change.parts) }
            entry.change(change.state)
            state.entries[place] = entry
            Self.owe(change.owed, holder: change.state.holder, &state)
            return entry.run.with(document: nil)
        }
    }

    /// See ``Journal/claim(_:for:living:except:isFencing:limit:)``.
    public func claim(
        _ kind: JournalRun.Kind, for holder: HolderID, living: Set<HolderID>, except worked: Set<RunID>,
        isFencing: Bool, limit: Int
    ) async throws -> [JournalRun] {
        change { state in
            let free = state.entries.indices.filter { place in
                let run = state.entries[place].run
                return run.kind == kind && run.state.isOpen && !living.contains(run.state.holder)
                    && !worked.contains(run.id)
            }
            let oldest = free.sorted {
                (state.entries[$0].run.acceptedAt, $0) < (state.entries[$1].run.acceptedAt, $1)
            }
            return oldest.prefix(max(0, limit)).map { place in
                var claimed = state.entries[place].run.state
                (claimed.holder, claimed.epoch) = (holder, claimed.epoch + (isFencing ? 1 : 0))
                state.entries[place].change(claimed)
                return state.entries[place].run
            }
        }
    }

    /// See ``Journal/append(_:to:epoch:)``.
    public func append(_ parts: [JournalPart], to id: RunID, epoch: Int) async throws -> Appended {
        change { state in
            guard let place = state.place(of: id) else { return .refused(.unknown) }
            if let refusal = state.entries[place].refusal(epoch) { return .refused(refusal) }
            let first = state.entries[place].append(parts)
            return .kept(first: first, landed: state.entries[place].parts.count)
        }
    }

    /// See ``Journal/parts(of:_:data:)``. Without `data`, a part that has data gets its size in place of it.
    public func parts(of id: RunID, _ selection: PartSelection, data: Bool) async throws -> [JournalPart] {
        let parts = kept(id).map { data ? $0 : $0.withoutData }
        switch selection {
        case .groups(let groups):
            return parts.filter { groups.contains($0.group) }
                .sorted { ($0.group, $0.ordinal, $0.position) < ($1.group, $1.ordinal, $1.position) }
        case .landed(let position, let limit, let bytes):
            var room = bytes
            var taken: [JournalPart] = []
            for part in parts.filter({ $0.position > position }).prefix(max(0, limit)) {
                if data { room -= part.content.bytes }
                if room < 0, !taken.isEmpty { break }
                taken.append(part)
            }
            return taken
        }
    }

    private func kept(_ id: RunID) -> [JournalPart] {
        storage.state.withLock { state in
            state.place(of: id).map { state.entries[$0].isContentRemoved ? [] : state.entries[$0].parts } ?? []
        }
    }

    /// See ``Journal/tally(of:kinds:)``.
    public func tally(of id: RunID, kinds: Set<String>) async throws -> PartTally {
        var tally = PartTally()
        tally.kinds = firsts(of: id, outcomes: kinds)
        for part in kept(id) {
            tally.outcomes[part.outcome, default: 0] += 1
            tally.lastPosition = max(tally.lastPosition, part.position)
            tally.isLearnerKnown = tally.isLearnerKnown || part.isLearnerKnown
            if let date = part.at { tally.oldest = min(tally.oldest ?? date, date) }
        }
        return tally
    }

    private func firsts(of id: RunID, outcomes: Set<String>) -> [JournalPart] {
        var seen: Set<[String]> = []
        return kept(id).filter { part in
            let kind = [part.path, part.source, part.outcome, part.failure?.reason.rawValue ?? ""]
            return outcomes.contains(part.outcome) && seen.insert(kind).inserted
        }.map(\.withoutData)
    }

    /// See ``Journal/hand(_:of:epoch:)``.
    public func hand(_ handOver: HandOver, of id: RunID, epoch: Int) async throws -> Refusal? {
        change { state in
            guard let place = state.place(of: id) else { return .unknown }
            let entry = state.entries[place]
            if let refusal = entry.refusal(epoch) { return refusal }
            if let group = handOver.group, entry.parts.contains(where: { $0.group == group }) { return nil }
            if let known = entry.handOvers[handOver.task], known.attempt >= handOver.attempt { return nil }
            state.entries[place].handOvers[handOver.task] = handOver
            return nil
        }
    }

    /// See ``Journal/handOver(of:of:)``.
    public func handOver(of task: String, of id: RunID) async throws -> HandOver? {
        storage.state.withLock { state in
            state.place(of: id).flatMap { state.entries[$0].isContentRemoved ? nil : state.entries[$0].handOvers[task] }
        }
    }

    /// Always has room.
    public func checkRoom(for bytes: Int) async throws {}

    /// An element when another journal that shares the runs has changed any of them; elements not yet read are merged into one.
    public func changes(of run: RunID?) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = storage.state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = (ObjectIdentifier(self), continuation)
            return state.nextListener
        }
        continuation.onTermination = { [weak storage] _ in
            storage?.state.withLock { state in _ = state.listeners.removeValue(forKey: number) }
        }
        return stream
    }
}

extension MemoryJournal.Entry {
    func refusal(_ epoch: Int) -> Refusal? {
        if run.state.epoch > epoch { return .superseded }
        return run.state.isOpen && !isContentRemoved ? nil : .ended
    }

    /// - Returns: Those that were not there before.
    mutating func append(_ new: [JournalPart]) -> [Int] {
        var known = Set(parts.map(\.key))
        var first: [Int] = []
        for (index, part) in new.enumerated() where known.insert(part.key).inserted {
            var part = part
            lastPosition += 1
            part.position = lastPosition
            parts.append(part)
            first.append(index)
        }
        let groups = Set(new.map(\.group))
        handOvers = handOvers.filter { $0.value.group.map { !groups.contains($0) } ?? true }
        refresh()
        return first
    }

    /// A change of the state, which counts.
    mutating func change(_ state: JournalRun.State) {
        run.state = state
        refresh(revision: run.revision + 1)
    }

    mutating func refresh(revision: Int? = nil, document: [UInt8]?? = nil, isDataRemoved: Bool? = nil) {
        run = JournalRun(
            id: run.id, kind: run.kind, acceptedAt: run.acceptedAt, expectedParts: run.expectedParts, key: run.key,
            document: document ?? run.document, state: run.state, revision: revision ?? run.revision,
            landedParts: parts.count, lastPosition: lastPosition, isDataRemoved: isDataRemoved ?? run.isDataRemoved)
    }

    func matches(_ filter: RunFilter) -> Bool {
        guard filter.kind.map({ $0 == run.kind }) ?? true, filter.id.map({ $0 == run.id }) ?? true,
            filter.expiry.map({ hasExpired($0) }) ?? true,
            filter.learners.map({ index.learners.contains(where: $0.contains) && !isContentRemoved }) ?? true,
            filter.holder.map({ $0 == run.state.holder }) ?? true,
            filter.source.map(index.sources.contains) ?? true, filter.key.map({ $0 == run.key }) ?? true,
            filter.schedule.map({ $0 == index.schedule }) ?? true
        else { return false }
        switch filter.progress {
        case .any: return true
        case .open: return run.state.isOpen
        case .ended(let word): return run.state.end == word
        case .cancelling: return !run.state.cancellations.isEmpty
        }
    }
}

extension JournalPart {
    var withoutData: JournalPart {
        guard case .json(let bytes, _, _) = content else { return self }
        return with(.unread(bytes: bytes.count))
    }

    func with(_ content: Content) -> JournalPart {
        JournalPart(
            position: position, group: group, ordinal: ordinal, path: path, source: source, outcome: outcome,
            items: items, isLearnerKnown: isLearnerKnown, at: at, dataTimestamp: dataTimestamp, expiresAt: expiresAt,
            duration: duration, failure: failure, pathFailures: pathFailures, content: content)
    }
}
