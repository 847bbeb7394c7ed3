public import Foundation
import LIFConcurrency
import LIFJSON
public import LIFModel
public import LIFQueryPlanner
import Synchronization

/// A processed request store that forgets everything with its process.
public final class MemoryProcessedRequestStore: ProcessedRequestStore {
    private struct Entry {
        var request: ProcessedRequest
        /// In the order of landing.
        var parts: [PositionedPart] = []
        var keys: Set<PartKey> = []
    }

    /// What several stores may share, as processes share a file.
    private final class Storage: Sendable {
        struct State {
            var entries: [RandomID: Entry] = [:]
        }

        let state = Mutex(State())
        /// By store.
        let listeners = Broadcast<ObjectIdentifier, Void>(.newest)
    }

    private let storage: Storage

    public init() { storage = Storage() }

    /// Another process's view of the same requests.
    public init(sharing other: MemoryProcessedRequestStore) { storage = other.storage }

    /// Changes what is kept, and tells the other stores.
    private func change<Value>(_ body: (inout [RandomID: Entry]) -> sending Value) -> Value {
        let value = storage.state.withLock { state in body(&state.entries) }
        storage.listeners.send((), except: ObjectIdentifier(self))
        return value
    }

    private func entry(_ id: RandomID) -> Entry? { storage.state.withLock { $0.entries[id] } }

    public func accept(_ request: ProcessedRequest) async throws {
        change { entries in
            if entries[request.id] == nil { entries[request.id] = Entry(request: request) }
        }
    }

    public func append(_ parts: [LandedPart], to id: RandomID, fence: Int) async throws -> Bool {
        change { entries in
            // Taken out, so that it is changed in place.
            guard let request = entries[id]?.request, request.state == .pending, request.fence == fence,
                var entry = entries.removeValue(forKey: id)
            else { return false }
            for part in parts where entry.keys.insert(part.part.key).inserted {
                entry.parts.append(PositionedPart(position: entry.parts.count + 1, landed: part))
            }
            entries[id] = entry
            return true
        }
    }

    public func finish(_ id: RandomID, fence: Int, state: ProcessedRequest.State, at time: Date) async throws -> Bool {
        if state == .pending || state == .expired { return false }
        return change { entries in
            guard let request = entries[id]?.request, request.state == .pending, request.fence == fence else {
                return false
            }
            entries[id]?.request = request.with(state: state, finishedAt: time)
            return true
        }
    }

    public func noteTold(_ id: RandomID) async throws {
        change { entries in
            guard let request = entries[id]?.request else { return }
            entries[id]?.request = request.with(state: request.state, isUntold: false)
        }
    }

    public func claim(
        living: Set<HolderID>, by holder: HolderID, except worked: Set<RandomID>, limit: Int
    ) async throws -> [ProcessedRequest] {
        change { entries in
            let left = entries.values.map(\.request).filter { request in
                request.state == .pending && !living.contains(request.holder) && !worked.contains(request.id)
            }
            let claimed = left.sorted { $0.acceptedAt < $1.acceptedAt }.prefix(max(limit, 0)).map { request in
                request.with(holder: holder, fence: request.fence + 1, state: .pending)
            }
            for request in claimed { entries[request.id]?.request = request }
            return claimed
        }
    }

    public func discard(_ id: RandomID, at time: Date) async throws {
        change { entries in
            guard let request = entries[id]?.request, request.state != .expired else { return }
            entries[id] = Entry(request: request.with(state: .expired, finishedAt: request.finishedAt ?? time))
        }
    }

    public func expire(endedBefore time: Date, limit: Int) async throws -> Int {
        change { entries in
            let ended = entries.values.map(\.request).filter { $0.hasEnded(before: time) && $0.state != .expired }
            let expired = ended.sorted { $0.acceptedAt < $1.acceptedAt }.prefix(max(limit, 0))
            for request in expired { entries[request.id] = Entry(request: request.with(state: .expired)) }
            return expired.count
        }
    }

    public func remove(endedBefore time: Date, limit: Int) async throws -> Int {
        change { entries in
            let expired = entries.values.map(\.request).filter { $0.hasEnded(before: time) && $0.state == .expired }
            for request in expired.prefix(max(limit, 0)) { entries[request.id] = nil }
            return min(expired.count, max(limit, 0))
        }
    }

    public func forget(_ learners: Set<LearnerIdentifier>) async throws -> (expired: Int, pending: Int) {
        change { entries in
            let naming = entries.values.map(\.request).filter { !learners.isDisjoint(with: $0.query.learners) }
            let ended = naming.filter { $0.state != .pending }
            for request in ended { entries[request.id] = Entry(request: request.with(state: .expired)) }
            return (ended.count, naming.count - ended.count)
        }
    }

    public func changes() -> AsyncStream<Void> { storage.listeners.listen(to: ObjectIdentifier(self)) }
}

/// Reading.
extension MemoryProcessedRequestStore {
    public func request(_ id: RandomID) async throws -> ProcessedRequest? { entry(id)?.request }

    public func status(of id: RandomID) async throws -> RequestStatus? { entry(id).map { RequestStatus($0.request) } }

    public func progress(of id: RandomID) async throws -> RequestProgress {
        var progress = RequestProgress()
        for part in entry(id)?.parts ?? [] {
            progress.landed[part.landed.part.outcome, default: 0] += 1
            progress.lastPosition = part.position
            progress.mayKnowLearner = progress.mayKnowLearner || part.landed.part.mayKnowLearner
            let storedAt = part.landed.part.storedAt
            progress.oldestData = [progress.oldestData, storedAt].compactMap { $0 }.min()
        }
        return progress
    }

    public func parts(of id: RandomID, learners: Range<Int>) async throws -> [LandedPart] {
        let parts = entry(id)?.parts.filter { learners.contains($0.landed.part.learner) } ?? []
        return parts.sorted { one, other in
            (one.landed.part.learner, one.landed.part.ordinal, one.position)
                < (other.landed.part.learner, other.landed.part.ordinal, other.position)
        }.map(\.landed)
    }

    public func parts(
        of id: RandomID, after position: Int, limit: Int, maximumBytes: Int
    ) async throws -> [PositionedPart] {
        var room = maximumBytes
        let parts = entry(id)?.parts.filter { $0.position > position } ?? []
        return Array(
            parts.prefix(max(limit, 1)).enumerated().prefix { index, part in
                room -= part.landed.content?.items.bytes.count ?? 0
                return index == 0 || room >= 0
            }.map(\.element))
    }

    public func outcomes(of id: RandomID, after position: Int, limit: Int) async throws -> [PositionedPart] {
        let parts = entry(id)?.parts.filter { $0.position > position } ?? []
        return parts.prefix(max(limit, 0)).map { part in
            PositionedPart(position: part.position, landed: LandedPart(part.landed.part, content: nil))
        }
    }

    public func gaps(of id: RandomID) async throws -> [AnswerPart] {
        var known: Set<[String?]> = []
        let gaps = entry(id)?.parts.map(\.landed.part).filter(\.isGap) ?? []
        return gaps.filter { known.insert([$0.path.entity, $0.sourceID, $0.outcome.rawValue, $0.reason]).inserted }
            .map(\.ofNobody)
    }

    public func landed(of id: RandomID, learners: Range<Int>) async throws -> Set<PartKey> {
        Set((entry(id)?.parts ?? []).map(\.landed.part.key).filter { learners.contains($0.learner) })
    }

    public func pendingCount() async throws -> Int {
        storage.state.withLock { $0.entries.values.filter { $0.request.state == .pending }.count }
    }
}

extension ProcessedRequest {
    fileprivate func hasEnded(before time: Date) -> Bool { finishedAt.map { $0 < time } ?? false }

    fileprivate func with(
        holder: HolderID? = nil, fence: Int? = nil, state: State, finishedAt time: Date? = nil,
        isUntold: Bool? = nil
    ) -> ProcessedRequest {
        let query = state == .expired ? LIFQuery(learners: [], selectedFields: []) : query
        return ProcessedRequest(
            id: id, query: query, asOf: asOf, via: via, expectedParts: expectedParts, acceptedAt: acceptedAt,
            holder: holder ?? self.holder, fence: fence ?? self.fence, state: state, finishedAt: time ?? finishedAt,
            isUntold: isUntold ?? self.isUntold)
    }
}

extension AnswerPart {
    fileprivate var key: PartKey { PartKey(learner: learner, path: path, sourceID: sourceID) }

    /// The part without its learner and its place.
    fileprivate var ofNobody: AnswerPart {
        AnswerPart(
            learner: 0, ordinal: 0, path: path, sourceID: sourceID, outcome: outcome, items: items,
            learnerKnown: learnerKnown, storedAt: storedAt, dataTimestamp: dataTimestamp, expiresAt: expiresAt,
            failure: failure, duration: duration)
    }
}
