import Foundation
import LIFModel
import LIFQueryPlanner
import LIFTesting
import Synchronization

/// A store in memory that counts calls, and fails them as often as a test says.
final class FaultyRequestStore: ProcessedRequestStore {
    enum Call: Hashable { case accept, append, finish, discard, claim, landed, pendingCount, request, status }

    private let store: JournalRequestStore
    private let state = Mutex(
        (faults: [Call: Int](), codes: [Call: LIFError.Code](), calls: [Call: Int](), gates: [Call: Gate]()))

    init(_ store: JournalRequestStore = JournalRequestStore()) { self.store = store }

    /// - Parameters:
    ///   - number: How many of the next calls fail.
    ///   - code: What they fail with, where that is not the disk.
    func fail(_ call: Call, _ number: Int = .max, _ code: LIFError.Code? = nil) {
        state.withLock { state in
            state.faults[call] = number
            state.codes[call] = code
        }
    }

    /// Holds calls until the gate opens.
    func hold(_ call: Call, at gate: Gate) { state.withLock { $0.gates[call] = gate } }

    func count(_ call: Call) -> Int { state.withLock { $0.calls[call] ?? 0 } }

    private func note(_ call: Call, _ code: LIFError.Code) async throws {
        let (fails, given, gate) = state.withLock { state in
            state.calls[call, default: 0] += 1
            let left = state.faults[call] ?? 0
            if left > 0 { state.faults[call] = left - 1 }
            return (left > 0, state.codes[call], state.gates[call])
        }
        try await gate?.wait()
        if fails { throw LIFError(given ?? code, "The disk is full.", blame: .us) }
    }

    func accept(_ request: ProcessedRequest) async throws {
        try await note(.accept, .outputWriteException)
        try await store.accept(request)
    }

    func append(_ parts: [LandedPart], to id: RandomID, fence: Int) async throws -> Bool {
        try await note(.append, .outputWriteException)
        return try await store.append(parts, to: id, fence: fence)
    }

    func finish(_ id: RandomID, fence: Int, state: ProcessedRequest.State, at time: Date) async throws -> Bool {
        try await note(.finish, .outputWriteException)
        return try await store.finish(id, fence: fence, state: state, at: time)
    }

    func discard(_ id: RandomID, at time: Date) async throws {
        try await note(.discard, .outputWriteException)
        try await store.discard(id, at: time)
    }

    func claim(
        living: Set<HolderID>, by holder: HolderID, except worked: Set<RandomID>, limit: Int
    ) async throws -> [ProcessedRequest] {
        try await note(.claim, .outputWriteException)
        return try await store.claim(living: living, by: holder, except: worked, limit: limit)
    }

    func noteTold(_ id: RandomID) async throws { try await store.noteTold(id) }

    func landed(of id: RandomID, learners: Range<Int>) async throws -> Set<PartKey> {
        try await note(.landed, .outputReadException)
        return try await store.landed(of: id, learners: learners)
    }

    func pendingCount() async throws -> Int {
        try await note(.pendingCount, .outputReadException)
        return try await store.pendingCount()
    }

    func request(_ id: RandomID) async throws -> ProcessedRequest? {
        try await note(.request, .outputReadException)
        return try await store.request(id)
    }

    func status(of id: RandomID) async throws -> RequestStatus? {
        try await note(.status, .outputReadException)
        return try await store.status(of: id)
    }

    func progress(of id: RandomID) async throws -> RequestProgress { try await store.progress(of: id) }
    func parts(of id: RandomID, learners: Range<Int>) async throws -> [LandedPart] {
        try await store.parts(of: id, learners: learners)
    }
    func parts(of id: RandomID, after: Int, limit: Int, maximumBytes: Int) async throws -> [PositionedPart] {
        try await store.parts(of: id, after: after, limit: limit, maximumBytes: maximumBytes)
    }
    func outcomes(of id: RandomID, after: Int, limit: Int) async throws -> [PositionedPart] {
        try await store.outcomes(of: id, after: after, limit: limit)
    }
    func gaps(of id: RandomID) async throws -> [AnswerPart] { try await store.gaps(of: id) }
    func expire(endedBefore time: Date, limit: Int) async throws -> Int {
        try await store.expire(endedBefore: time, limit: limit)
    }
    func remove(endedBefore time: Date, limit: Int) async throws -> Int {
        try await store.remove(endedBefore: time, limit: limit)
    }
    func forget(_ learners: Set<LearnerIdentifier>) async throws -> (expired: Int, pending: Int) {
        try await store.forget(learners)
    }
    func changes() -> AsyncStream<Void> { store.changes() }
}
