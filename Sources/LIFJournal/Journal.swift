public import Foundation
public import LIFModel

/// Keeps runs with parts: what was accepted, what has landed of it, who works on it, what is owed at its end. It is the one
/// durable truth about jobs, asynchronous queries, and runs at an orchestrator elsewhere; any number of processes may share it.
///
/// Each call is one transaction, and what it has returned from is durable. The rules of a run's life are its user's: the
/// journal only refuses what was decided on an old state (`commit`) or comes from who may not write any more (`append`,
/// `hand`). An implementation passes `JournalComparison` of `LIFTesting`. Calls throw `LIFError` `OutputReadException` and
/// `OutputWriteException`, and `OutputQueueNotAvailableException` when it cannot be used as a whole.
public protocol Journal: Sendable {
    /// Accepts a run, with the parts that have landed already.
    ///
    /// - Returns: The run that now has its id or key: this one, or the one that was accepted before.
    func accept(_ run: JournalRun, index: RunIndex, parts: [JournalPart]) async throws -> JournalRun

    /// Runs, the last one accepted first; those that have expired in the order in which they did. One whose row cannot be read is left
    /// out, so that it does not hide the others; but with an id, or learners, it is an error.
    func runs(_ filter: RunFilter) async throws -> [JournalRun]

    /// How many runs of a kind have not ended.
    func openCount(_ kind: JournalRun.Kind) async throws -> Int

    /// Changes a run, if its state is still the one that the change was decided on.
    ///
    /// - Returns: The run as it is now, without its document; `nil` when it does not exist, has another revision, or more
    ///   has landed than the change depends on; then nothing was changed.
    func commit(_ change: RunChange) async throws -> JournalRun?

    /// Gives the holder open runs whose holder is neither among the living nor found to be alive, at most `limit`; the oldest first. Of
    /// several processes that call this at the same time, one gets each run. Who is alive is decided in the same transaction.
    ///
    /// - Parameters:
    ///   - living: Holders who are left what they have, whatever is found of them.
    ///   - worked: Runs that are left to their holder, whether that lives or not.
    ///   - isFencing: Raises the epoch of each, so that the former holder writes no more. Without it whoever works under the epoch
    ///     goes on, for the new holder.
    func claim(
        _ kind: JournalRun.Kind, for holder: HolderID, living: Set<HolderID>, except worked: Set<RunID>,
        isFencing: Bool, limit: Int
    ) async throws -> [JournalRun]

    /// Keeps parts of an open run, all of them or none, each with the next position. With a part goes what the tasks of its
    /// group have handed on.
    ///
    /// - Parameter epoch: Refused when it is lower than the run's.
    func append(_ parts: [JournalPart], to id: RunID, epoch: Int) async throws -> Appended

    /// The parts of a run that have landed; none for an unknown run.
    ///
    /// - Parameter data: Whether the parts' data are read.
    func parts(of id: RunID, _ selection: PartSelection, data: Bool) async throws -> [JournalPart]

    /// Counts what has landed; all zero for an unknown run.
    ///
    /// - Parameter kinds: Of the parts with one of these outcomes the first of each kind is read too.
    func tally(of id: RunID, kinds: Set<String>) async throws -> PartTally

    /// Keeps what a task hands on. An earlier attempt than the one that is kept changes nothing, and neither does one of a
    /// part that has landed.
    ///
    /// - Parameter epoch: As for `append`.
    /// - Returns: Why it was refused; `nil` when it was not.
    func hand(_ handOver: HandOver, of id: RunID, epoch: Int) async throws -> Refusal?

    /// What a task has handed on; `nil` when there is nothing, or the part has landed.
    func handOver(of task: String, of id: RunID) async throws -> HandOver?

    /// The callbacks that a holder is to deliver, the oldest first.
    ///
    /// - Parameter living: When given, the holder first gets those whose holder is not among them.
    func owedCallbacks(of holder: HolderID, takingOverFrom living: Set<HolderID>?) async throws -> [OwedCallback]

    /// Notes attempts at a callback that is still owed, or that nothing more is to be done.
    func settle(_ callback: RandomID, as standing: CallbackStanding) async throws

    /// Removes something of runs, whatever their state. Whoever reads meanwhile sees all of a run's parts or none. It may take
    /// several transactions; what is left of it when the process dies is removed by the next call.
    func remove(_ what: RunRemoval, of runs: [RunID]) async throws

    /// Tries whether so many bytes can be kept now; with 0, whether anything can be read and written, which takes seconds at most.
    ///
    /// - Throws: Why not.
    func checkRoom(for bytes: Int) async throws

    /// An element soon after **another** process has changed a run, as long as someone listens. There may be elements without a
    /// change, but none for each change of something else.
    ///
    /// - Parameter run: `nil` for any run.
    func changes(of run: RunID?) -> AsyncStream<Void>

    /// Adds entries to the logs of runs, in their order, and removes those that are older than a date, the oldest first, at most
    /// `limit`.
    ///
    /// - Returns: How many were removed.
    func log(_ entries: [RunLogEntry], removingBefore date: Date?, limit: Int) async throws -> Int

    /// The entries of a run's log, in their order, at most `limit` of the last ones.
    func log(of run: RunID, limit: Int) async throws -> [RunLogEntry]
}

extension Journal {
    /// The run of this id; `nil` for an unknown one.
    ///
    /// - Parameter document: Whether the document is read; it may be large.
    public func run(_ id: RunID, document: Bool) async throws -> JournalRun? {
        try await runs(RunFilter(id: id, document: document)).first
    }

    /// Counts what has landed; all zero for an unknown run.
    public func tally(of id: RunID) async throws -> PartTally { try await tally(of: id, kinds: []) }

    /// The first part of each kind that has one of the outcomes: parts of a kind have the same path, source, outcome and reason.
    public func kinds(of id: RunID, outcomes: Set<String>) async throws -> [JournalPart] {
        try await tally(of: id, kinds: outcomes).kinds
    }

    /// Ended runs of a kind whose time is over, at most `limit`.
    public func expired(_ kind: JournalRun.Kind, _ expiry: RunExpiry, limit: Int) async throws -> [RunID] {
        var filter = RunFilter(kind, limit: limit)
        (filter.expiry, filter.document) = (expiry, false)
        return try await runs(filter).map(\.id)
    }

    /// Runs of a kind that name one of the learners.
    public func runs(_ kind: JournalRun.Kind, naming learners: Set<LearnerIdentifier>) async throws -> [JournalRun] {
        var filter = RunFilter(kind)
        filter.learners = learners
        return try await runs(filter)
    }

    /// An element soon after another process has changed any run.
    public func changes() -> AsyncStream<Void> { changes(of: nil) }
}

/// What is changed of a run in one transaction.
public struct RunChange: Sendable, Hashable {
    /// The run that is changed.
    public let id: RunID
    /// The revision on which it was decided.
    public let revision: Int
    /// The last part that had landed when it was decided, for a change that depends on what has landed: it is refused as one of an
    /// old revision is. `nil` for one that does not.
    public var lastPosition: Int64?
    /// What the run's state becomes.
    public var state: JournalRun.State
    /// Parts with failures are taken away, to be brought again; their positions are not given again.
    public var dropsFailedParts = false
    /// Parts that land with it, as those of `Journal.append` do; also with the run's end.
    public var parts: [JournalPart] = []
    /// Callbacks that are owed from then on, by the state's holder. One that is there already stays.
    public var owed: [OwedCallback] = []

    /// The change of a run to another state.
    public init(_ run: JournalRun, to state: JournalRun.State) {
        (id, revision) = (run.id, run.revision)
        self.state = state
    }
}

/// What there is to note of a callback.
public enum CallbackStanding: Sendable, Hashable {
    /// So many attempts have failed.
    case attempted(Int)
    /// The receiver has taken it: nothing more is to be done.
    case delivered
    /// With the reason.
    case givenUp(String)
}

/// When something of an ended run need not be kept any longer. A date that is `nil` is no reason.
public enum RunExpiry: Sendable, Hashable {
    /// Runs with their data that ended before the one date, or were acknowledged before the other.
    case data(endedBefore: Date?, acknowledgedBefore: Date?)
    /// Runs that ended before it; only those whose data were removed, where `onlyWithoutData`.
    case run(endedBefore: Date, onlyWithoutData: Bool)
    /// Runs that were accepted before it, whether they have ended or not.
    case accepted(before: Date)
}

/// What is removed of a run.
public enum RunRemoval: String, Sendable, Hashable, CaseIterable {
    /// The parts' data and what tasks have handed on; the parts stay.
    case data
    /// Its log.
    case log
    /// Document, parts, and whom it is about: the run itself stays, so that its id is still known, and takes no parts.
    case content
    /// All of it, with what it owes, but for its log.
    case all
}
