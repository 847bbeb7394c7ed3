public import Foundation
public import LIFJournal
public import LIFModel

/// The Processed Request Cache in the journal.
public struct JournalRequestStore: ProcessedRequestStore {
    package let journal: any Journal

    /// A store over a journal, which may also hold jobs and submitted runs.
    public init(_ journal: any Journal) { self.journal = journal }

    /// See ``ProcessedRequestStore/accept(_:)``. A request with a known id changes nothing.
    public func accept(_ request: ProcessedRequest) async throws {
        let learners = request.state == .expired ? [] : request.query.learners
        _ = try await journal.accept(request.journaled, index: RunIndex(learners: learners), parts: [])
        if request.state == .expired { try await journal.remove(.content, of: [request.id]) }
    }

    /// See ``ProcessedRequestStore/append(_:to:fence:)``.
    public func append(_ parts: [LandedPart], to id: RandomID, fence: Int) async throws -> Bool {
        switch try await journal.append(parts.map(\.journaled), to: id, epoch: fence) {
        case .kept: true
        case .refused: false
        }
    }

    /// See ``ProcessedRequestStore/finish(_:fence:state:at:)``. For `pending` and `expired` it changes nothing and gives `false`.
    public func finish(_ id: RandomID, fence: Int, state: ProcessedRequest.State, at time: Date) async throws -> Bool {
        if state == .pending || state == .expired { return false }
        return try await change(id) { old in
            guard old.isOpen, old.epoch == fence else { return false }
            (old.end, old.failure) = ProcessedRequest.ending(of: state)
            old.endedAt = time
            return true
        }
    }

    /// Decides on the state as it is; again, when somebody else has changed it meanwhile.
    ///
    /// - Parameter decide: Changes the state; `false` when there is nothing to change.
    /// - Returns: Whether it was changed.
    private func change(_ id: RandomID, _ decide: (inout JournalRun.State) -> Bool) async throws -> Bool {
        while let run = try await self.run(id, document: false) {
            var state = run.state
            guard decide(&state) else { return false }
            if try await journal.commit(RunChange(run, to: state)) != nil { return true }
        }
        return false
    }

    private func run(_ id: RandomID, document: Bool) async throws -> JournalRun? {
        try await journal.run(id, document: document).flatMap { $0.kind == .query ? $0 : nil }
    }

    /// The request with its query; `nil` for an unknown id, also for a job's.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    public func request(_ id: RandomID) async throws -> ProcessedRequest? {
        try await run(id, document: true).map(ProcessedRequest.init)
    }

    /// See ``ProcessedRequestStore/status(of:)``.
    public func status(of id: RandomID) async throws -> RequestStatus? {
        try await run(id, document: false).map(RequestStatus.init)
    }

    /// See ``ProcessedRequestStore/progress(of:)``.
    public func progress(of id: RandomID) async throws -> RequestProgress {
        let tally = try await journal.tally(of: id)
        var progress = RequestProgress()
        for outcome in AnswerPart.Outcome.allCases { progress.landed[outcome] = tally.outcomes[outcome.rawValue] }
        progress.lastPosition = Int(tally.lastPosition)
        progress.mayKnowLearner = tally.isLearnerKnown || progress.landed[.missing] != nil
        progress.oldestData = tally.oldest
        return progress
    }

    /// See ``ProcessedRequestStore/parts(of:learners:)``.
    public func parts(of id: RandomID, learners: Range<Int>) async throws -> [LandedPart] {
        try await journal.parts(of: id, .groups(learners), data: true).map(LandedPart.init)
    }

    /// See ``ProcessedRequestStore/parts(of:after:limit:maximumBytes:)``.
    public func parts(
        of id: RandomID, after position: Int, limit: Int, maximumBytes: Int
    ) async throws -> [PositionedPart] {
        try await journal.parts(
            of: id, .landed(after: Int64(position), limit: max(limit, 1), bytes: maximumBytes), data: true
        ).map { PositionedPart(position: Int($0.position), landed: try LandedPart($0)) }
    }

    /// See ``ProcessedRequestStore/outcomes(of:after:limit:)``.
    public func outcomes(of id: RandomID, after position: Int, limit: Int) async throws -> [PositionedPart] {
        try await journal.parts(of: id, .landed(after: Int64(position), limit: limit, bytes: .max), data: false)
            .map { PositionedPart(position: Int($0.position), landed: LandedPart(try AnswerPart($0), content: nil)) }
    }

    /// See ``ProcessedRequestStore/gaps(of:)``.
    public func gaps(of id: RandomID) async throws -> [AnswerPart] {
        let gaps = [AnswerPart.Outcome.missing, .stale].map(\.rawValue)
        return try await journal.kinds(of: id, outcomes: Set(gaps)).map { try AnswerPart($0).ofNobody }
    }

    /// See ``ProcessedRequestStore/landed(of:learners:)``.
    public func landed(of id: RandomID, learners: Range<Int>) async throws -> Set<PartKey> {
        Set(
            try await journal.parts(of: id, .groups(learners), data: false).map { part in
                PartKey(learner: part.group, path: FragmentPath(entity: part.path), sourceID: part.source)
            })
    }

    /// See ``ProcessedRequestStore/claim(living:by:except:limit:)``. A request that cannot be decoded gets the new holder too.
    public func claim(
        living: Set<HolderID>, by holder: HolderID, except worked: Set<RandomID>, limit: Int
    ) async throws -> [ProcessedRequest] {
        var requests: [ProcessedRequest] = []
        var tried = worked
        // One that cannot be read does not keep the others from going on.
        while requests.count < limit {
            let runs = try await journal.claim(
                .query, for: holder, living: living, except: tried, isFencing: true,
                limit: limit - requests.count)
            if runs.isEmpty { break }
            tried.formUnion(runs.map(\.id))
            requests += runs.compactMap { try? ProcessedRequest($0) }
        }
        return requests
    }

    /// See ``ProcessedRequestStore/checkRoom(for:)``.
    public func checkRoom(for bytes: Int) async throws { try await journal.checkRoom(for: bytes) }

    /// See ``ProcessedRequestStore/noteTold(_:)``. An unknown id is ignored.
    public func noteTold(_ id: RandomID) async throws {
        _ = try await change(id) { state in
            defer { state.isUnannounced = false }
            return state.isUnannounced
        }
    }

    /// See ``ProcessedRequestStore/discard(_:at:)``. An unknown id is ignored.
    public func discard(_ id: RandomID, at time: Date) async throws {
        _ = try await change(id) { state in
            guard state.isOpen else { return false }
            (state.end, state.endedAt) = (ProcessedRequest.discarded, time)
            return true
        }
        if try await run(id, document: false) != nil { try await journal.remove(.content, of: [id]) }
    }

    /// See ``ProcessedRequestStore/pendingCount()``.
    public func pendingCount() async throws -> Int { try await journal.openCount(.query) }

    /// See ``ProcessedRequestStore/expire(endedBefore:limit:)``.
    public func expire(endedBefore time: Date, limit: Int) async throws -> Int {
        let runs = try await journal.expired(
            .query, .data(endedBefore: time, acknowledgedBefore: nil), limit: limit)
        try await journal.remove(.content, of: runs)
        return runs.count
    }

    /// See ``ProcessedRequestStore/remove(endedBefore:limit:)``.
    public func remove(endedBefore time: Date, limit: Int) async throws -> Int {
        let runs = try await journal.expired(.query, .run(endedBefore: time, onlyWithoutData: true), limit: limit)
        try await journal.remove(.all, of: runs)
        return runs.count
    }

    /// See ``ProcessedRequestStore/forget(_:)``. Requests that had expired before are not counted.
    public func forget(_ learners: Set<LearnerIdentifier>) async throws -> (expired: Int, pending: Int) {
        let runs = try await journal.runs(.query, naming: learners).filter { !$0.isDataRemoved }
        let ended = runs.filter { !$0.state.isOpen }.map(\.id)
        try await journal.remove(.content, of: ended)
        return (ended.count, runs.count - ended.count)
    }

    /// See ``ProcessedRequestStore/changes()``.
    public func changes() -> AsyncStream<Void> { journal.changes() }
}
