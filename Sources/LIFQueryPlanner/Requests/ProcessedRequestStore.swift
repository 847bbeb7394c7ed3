public import Foundation
public import LIFJournal
public import LIFModel

/// Keeps asynchronous queries and the parts of their answers in a journal, which any number of processes may share.
public struct ProcessedRequestStore: Sendable {
    package let journal: any Journal

    /// A store over a journal, which may also hold jobs and submitted runs.
    public init(_ journal: any Journal) { self.journal = journal }

    /// Keeps a query durably before it returns, with the parts of its answer that have landed already. A request with a known id
    /// changes nothing.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    public func accept(_ request: ProcessedRequest, landed: [LandedPart] = []) async throws {
        let learners = request.state == .expired ? [] : request.query.learners
        _ = try await journal.accept(
            request.journaled, index: RunIndex(learners: learners), parts: landed.map(\.journaled))
        if request.state == .expired { try await journal.remove(.content, of: [request.id]) }
    }

    /// Keeps parts durably, each with the next position of its request. A part whose (learner, path, source) is kept
    /// already is left as it is.
    ///
    /// - Returns: Whether the request is still the caller's: it is pending and `fence` is its fence. If not, nothing is kept.
    /// - Throws: `LIFError` `OutputWriteException`.
    public func append(_ parts: [LandedPart], to id: RandomID, fence: Int) async throws -> Bool {
        switch try await journal.append(parts.map(\.journaled), to: id, epoch: fence) {
        case .kept: true
        case .refused: false
        }
    }

    /// Marks the request as ended, durably. The first end stays.
    ///
    /// - Parameter state: `completed` or `failed`; others change nothing and give `false`.
    /// - Returns: As `append`.
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

    /// The request without its query, which is not read: it takes as long for many learners as for one.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    public func status(of id: RandomID) async throws -> RequestStatus? {
        try await run(id, document: false).map(RequestStatus.init)
    }

    /// Counts the parts that have landed; all zero for an unknown id.
    public func progress(of id: RandomID) async throws -> RequestProgress {
        let tally = try await journal.tally(of: id)
        var progress = RequestProgress()
        for outcome in AnswerPart.Outcome.allCases { progress.landed[outcome] = tally.outcomes[outcome.rawValue] }
        progress.lastPosition = Int(tally.lastPosition)
        progress.mayKnowLearner = tally.isLearnerKnown || progress.landed[.missing] != nil
        progress.oldestData = tally.oldest
        return progress
    }

    /// The parts of some learners with their data, ordered by learner, ordinal, position.
    public func parts(of id: RandomID, learners: Range<Int>) async throws -> [LandedPart] {
        try await journal.parts(of: id, .groups(learners), data: true).map(LandedPart.init)
    }

    /// Parts with their data in the order in which they landed.
    ///
    /// - Parameters:
    ///   - position: After this one.
    ///   - limit: At most so many; and at least one, if there is one, however large, then as many as have together at
    ///     most `maximumBytes` of data.
    public func parts(
        of id: RandomID, after position: Int, limit: Int, maximumBytes: Int
    ) async throws -> [PositionedPart] {
        try await journal.parts(
            of: id, .landed(after: Int64(position), limit: max(limit, 1), bytes: maximumBytes), data: true
        ).map { PositionedPart(position: Int($0.position), landed: try LandedPart($0)) }
    }

    /// Parts without their data (`content` is `nil`) in the order in which they landed.
    public func outcomes(of id: RandomID, after position: Int, limit: Int) async throws -> [PositionedPart] {
        try await journal.parts(of: id, .landed(after: Int64(position), limit: limit, bytes: .max), data: false)
            .map { PositionedPart(position: Int($0.position), landed: LandedPart(try AnswerPart($0), content: nil)) }
    }

    /// The gaps, each kind once: parts that differ in path, source, outcome or reason; their learner and ordinal are 0.
    public func gaps(of id: RandomID) async throws -> [AnswerPart] {
        let gaps = [AnswerPart.Outcome.missing, .stale].map(\.rawValue)
        return try await journal.kinds(of: id, outcomes: Set(gaps)).map { try AnswerPart($0).ofNobody }
    }

    /// Which of some learners' parts have landed; data is not read.
    public func landed(of id: RandomID, learners: Range<Int>) async throws -> Set<PartKey> {
        Set(
            try await journal.parts(of: id, .groups(learners), data: false).map { part in
                PartKey(learner: part.group, path: FragmentPath(entity: part.path), sourceID: part.source)
            })
    }

    /// Takes over pending requests whose holder does not live, oldest first: they get the new holder and a higher fence.
    /// Each is taken by one caller only.
    ///
    /// A request that cannot be decoded gets the new holder too and is left out, so that one does not keep the others from
    /// going on; `request(_:)` throws for it.
    ///
    /// - Parameter worked: What is left to its holder, whether that lives or not.
    public func claim(
        living: Set<HolderID>, by holder: HolderID, except worked: Set<RandomID> = [], limit: Int
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

    /// Tries whether so many bytes of parts can be kept now.
    ///
    /// - Throws: Why not.
    public func checkRoom(for bytes: Int) async throws { try await journal.checkRoom(for: bytes) }

    /// Notes durably that the request's client knows its id: the request is not `isUntold` any more. An unknown id is ignored.
    public func noteTold(_ id: RandomID) async throws {
        _ = try await change(id) { state in
            defer { state.isUnannounced = false }
            return state.isUnannounced
        }
    }

    /// Ends a request that nobody wants any more, whatever its state, and removes its parts: it is `expired` from then on. An
    /// unknown id is ignored.
    public func discard(_ id: RandomID, at time: Date) async throws {
        _ = try await change(id) { state in
            guard state.isOpen else { return false }
            (state.end, state.endedAt) = (ProcessedRequest.discarded, time)
            return true
        }
        if try await run(id, document: false) != nil { try await journal.remove(.content, of: [id]) }
    }

    /// How many are pending.
    public func pendingCount() async throws -> Int { try await journal.openCount(.query) }

    /// Removes the parts of requests that ended before a time; they are `expired` from then on, and their query is gone too.
    ///
    /// - Returns: How many requests; fewer than `limit` when there are no more.
    public func expire(endedBefore time: Date, limit: Int) async throws -> Int {
        let runs = try await journal.expired(
            .query, .data(endedBefore: time, acknowledgedBefore: nil), limit: limit)
        try await journal.remove(.content, of: runs)
        return runs.count
    }

    /// Removes expired requests that ended before a time: their ids are not known any more.
    public func remove(endedBefore time: Date, limit: Int) async throws -> Int {
        let runs = try await journal.expired(.query, .run(endedBefore: time, onlyWithoutData: true), limit: limit)
        try await journal.remove(.all, of: runs)
        return runs.count
    }

    /// Expires the ended requests that name a learner. Pending requests are left as they are.
    ///
    /// - Returns: How many were expired now, and how many pending ones name the learner.
    public func forget(_ learners: Set<LearnerIdentifier>) async throws -> (expired: Int, pending: Int) {
        let runs = try await journal.runs(.query, naming: learners).filter { !$0.isDataRemoved }
        let ended = runs.filter { !$0.state.isOpen }.map(\.id)
        try await journal.remove(.content, of: ended)
        return (ended.count, runs.count - ended.count)
    }

    /// An element soon after another process has changed something here. May come too often, and never too seldom.
    public func changes() -> AsyncStream<Void> { journal.changes() }
}
