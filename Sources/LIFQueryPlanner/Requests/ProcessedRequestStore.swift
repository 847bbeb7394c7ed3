public import Foundation
public import LIFModel

/// Keeps promised queries and the parts of their answers. Processes on one machine may share it.
///
/// An implementation passes `ProcessedRequestStoreConformance` of `LIFTesting`.
public protocol ProcessedRequestStore: Sendable {
    /// Keeps the promise durably before it returns.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    func accept(_ request: ProcessedRequest) async throws

    /// Keeps parts durably, each with the next position of its request. A part whose (learner, path, source) is kept
    /// already is left as it is.
    ///
    /// - Returns: Whether the request is still the caller's: it is pending and `fence` is its fence. If not, nothing is kept.
    /// - Throws: `LIFError` `OutputWriteException`.
    func append(_ parts: [LandedPart], to id: RandomID, fence: Int) async throws -> Bool

    /// Marks the request as ended, durably. The first end stays.
    ///
    /// - Parameter state: `completed` or `failed`.
    /// - Returns: As `append`.
    func finish(_ id: RandomID, fence: Int, state: ProcessedRequest.State, at time: Date) async throws -> Bool

    /// The request with its query; `nil` for an unknown id.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    func request(_ id: RandomID) async throws -> ProcessedRequest?

    /// The same without its query, which is not read: it takes as long for many learners as for one.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    func status(of id: RandomID) async throws -> RequestStatus?

    /// Counts the parts that have landed; all zero for an unknown id.
    func progress(of id: RandomID) async throws -> RequestProgress

    /// The parts of some learners with their data, ordered by learner, ordinal, position.
    func parts(of id: RandomID, learners: Range<Int>) async throws -> [LandedPart]

    /// Parts with their data in the order in which they landed.
    ///
    /// - Parameters:
    ///   - position: After this one.
    ///   - limit: At most so many; and at least one, if there is one, however large, then as many as have together at
    ///     most `maximumBytes` of data.
    func parts(
        of id: RandomID, after position: Int, limit: Int, maximumBytes: Int
    ) async throws -> [PositionedPart]

    /// Parts without their data (`content` is `nil`) in the order in which they landed.
    func outcomes(of id: RandomID, after position: Int, limit: Int) async throws -> [PositionedPart]

    /// The gaps, each kind once: parts that differ in path, source, outcome or reason; their learner and ordinal are 0.
    func gaps(of id: RandomID) async throws -> [AnswerPart]

    /// Which of some learners' parts have landed; data is not read.
    func landed(of id: RandomID, learners: Range<Int>) async throws -> Set<PartKey>

    /// Takes over pending requests whose holder does not live, oldest first: they get the new holder and a higher fence.
    /// Each is taken by one caller only.
    ///
    /// A request that cannot be decoded is left out, so that one does not keep the others from going on; `request(_:)`
    /// throws for it.
    ///
    /// - Parameter worked: What is left to its holder, whether that lives or not.
    func claim(
        living: Set<HolderID>, by holder: HolderID, except worked: Set<RandomID>, limit: Int
    ) async throws -> [ProcessedRequest]

    /// Tries whether so many bytes of parts can be kept now.
    ///
    /// - Throws: Why not.
    func checkRoom(for bytes: Int) async throws

    /// Notes durably that the request's client knows its id: the request is not `isUntold` any more.
    func noteTold(_ id: RandomID) async throws

    /// Ends a request that nobody wants any more, whatever its state, and removes its parts: it is `expired` from then on.
    func discard(_ id: RandomID, at time: Date) async throws

    /// How many are pending.
    func pendingCount() async throws -> Int

    /// Removes the parts of requests that ended before a time; they are `expired` from then on, and their query is gone too.
    ///
    /// - Returns: How many requests; fewer than `limit` when there are no more.
    func expire(endedBefore time: Date, limit: Int) async throws -> Int

    /// Removes expired requests that ended before a time: their ids are not known any more.
    func remove(endedBefore time: Date, limit: Int) async throws -> Int

    /// Expires the ended requests that name a learner, and removes the learner's parts from no others: a pending request is
    /// left.
    ///
    /// - Returns: How many were expired, and how many pending ones name the learner.
    func forget(_ learners: Set<LearnerIdentifier>) async throws -> (expired: Int, pending: Int)

    /// An element soon after another process has changed something here. May tell too often, and never too seldom.
    func changes() -> AsyncStream<Void>
}

extension ProcessedRequestStore {
    /// A store that has always room.
    public func checkRoom(for bytes: Int) async throws {}

    /// Takes over requests of any process that does not live: see `claim(living:by:except:limit:)`.
    public func claim(living: Set<HolderID>, by holder: HolderID, limit: Int) async throws -> [ProcessedRequest] {
        try await claim(living: living, by: holder, except: [], limit: limit)
    }
}

/// What makes a part of one request that part.
public struct PartKey: Sendable, Hashable {
    /// The learner's index in what was asked, from 0.
    public let learner: Int
    /// The path of the fragment.
    public let path: FragmentPath
    /// The id of the source.
    public let sourceID: String

    /// A key; of parts with the same key, a request keeps the first.
    public init(learner: Int, path: FragmentPath, sourceID: String) {
        self.learner = learner
        self.path = path
        self.sourceID = sourceID
    }
}

/// A part and its place in the order of landing.
public struct PositionedPart: Sendable, Hashable {
    /// Counts up from 1 within a request, perhaps with gaps.
    public let position: Int
    /// What has landed.
    public let landed: LandedPart

    /// A part as a store has read it.
    public init(position: Int, landed: LandedPart) {
        self.position = position
        self.landed = landed
    }
}
