public import Foundation
import LIFJSON
public import LIFJournal
public import LIFModel

/// Keeps the runs submitted to an orchestrator elsewhere, and what has arrived of their results, in a journal, for all planners on
/// it: results may be posted to another process than the one that waits for them.
public struct RunStore: Sendable {
    private static let closed = "CLOSED"
    package let journal: any Journal

    /// A store over a journal, which may also hold jobs and queries.
    public init(_ journal: any Journal) { self.journal = journal }

    /// Keeps a run durably. A run of a known id changes nothing.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    public func register(_ run: SubmittedRun) async throws {
        _ = try await journal.accept(
            Self.journaled(run), index: RunIndex(learners: Array(Set(run.plan.parts.map(\.learner)))), parts: [])
    }

    private static func journaled(_ run: SubmittedRun) -> JournalRun {
        JournalRun(
            id: run.id, kind: .submitted, acceptedAt: run.submittedAt, expectedParts: run.plan.parts.count,
            document: run.plan.journaled,
            // Nobody takes it over: whoever waits for it goes on with the query that it is part of.
            state: JournalRun.State(startedAt: run.submittedAt, holder: run.id))
    }

    /// Keeps durably that nothing more is wanted of a run, also of one that was not known: of its plan and its outcomes nothing is left.
    ///
    /// - Throws: `LIFError` `OutputReadException`, `OutputWriteException`; when it throws, calling it again completes it.
    public func close(_ id: RandomID, at date: Date) async throws {
        _ = try await journal.accept(
            Self.journaled(SubmittedRun(id: id, plan: QueryPlan(parts: []), submittedAt: date)), index: RunIndex(),
            parts: [])
        while let run = try await self.run(of: id), run.state.isOpen {
            var state = run.state
            (state.end, state.endedAt) = (Self.closed, date)
            if try await journal.commit(RunChange(run, to: state)) != nil { break }
        }
        try await journal.remove(.content, of: [id])
    }

    private func run(of id: RandomID) async throws -> JournalRun? {
        try await journal.run(id, document: true).flatMap { $0.kind == .submitted ? $0 : nil }
    }

    /// The run with its plan, or without parts when it is closed; `nil` for an unknown id, also for a job's or a query's.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    public func run(_ id: RandomID) async throws -> SubmittedRun? {
        guard let run = try await self.run(of: id) else { return nil }
        let plan = run.state.isOpen ? try QueryPlan(journaled: run.document ?? []) : QueryPlan(parts: [])
        return SubmittedRun(id: id, plan: plan, submittedAt: run.acceptedAt)
    }

    /// Files outcomes by part, all of them durably or none. A part's first outcome stays; those of a run that is not known, or is
    /// closed, are ignored.
    ///
    /// - Returns: The parts whose outcome is now this one.
    /// - Throws: `LIFError` `OutputWriteException`.
    public func file(_ outcomes: [Int: Outcome], run: RandomID) async throws -> Set<Int> {
        if outcomes.isEmpty { return [] }
        let parts = outcomes.sorted { $0.key < $1.key }.map { $0.value.journaled(part: $0.key) }
        switch try await journal.append(parts, to: run, epoch: .max) {
        case .kept(let first, _): return Set(first.map { parts[$0].group })
        case .refused: return []
        }
    }

    /// What has arrived of a run, but for the parts given, whose data is not read.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    public func outcomes(of run: RandomID, except parts: Set<Int>) async throws -> [Int: Outcome] {
        let landed = try await journal.parts(of: run, .all, data: false).map(\.group).filter { !parts.contains($0) }
        var outcomes: [Int: Outcome] = [:]
        // What was taken already is not read with its data.
        for groups in Self.ranges(landed) {
            for part in try await journal.parts(of: run, .groups(groups), data: true) {
                outcomes[part.group] = try Outcome(part)
            }
        }
        return outcomes
    }

    /// Sorted numbers as ranges of neighbours.
    private static func ranges(_ numbers: [Int]) -> [Range<Int>] {
        numbers.reduce(into: []) { ranges, number in
            if let last = ranges.last, last.upperBound == number {
                ranges[ranges.count - 1] = last.lowerBound..<number + 1
            } else {
                ranges.append(number..<number + 1)
            }
        }
    }

    /// Removes runs that were submitted before a date with their outcomes, the oldest first.
    ///
    /// - Returns: How many, at most `limit`.
    /// - Throws: `LIFError` `OutputWriteException`.
    public func remove(submittedBefore date: Date, limit: Int) async throws -> Int {
        let runs = try await journal.expired(.submitted, .accepted(before: date), limit: limit)
        try await journal.remove(.all, of: runs)
        return runs.count
    }

    /// Removes every run whose plan names one of the learners, with its outcomes: for `lif forget`.
    ///
    /// - Returns: How many.
    /// - Throws: `LIFError` `OutputWriteException`.
    public func remove(naming learners: Set<LearnerIdentifier>) async throws -> Int {
        let runs = try await journal.runs(.submitted, naming: learners)
        try await journal.remove(.all, of: runs.map(\.id))
        return runs.count
    }

    /// An element soon after **another** process on this storage may have registered a run or filed outcomes, as long as
    /// someone listens. There may be elements without a change.
    public func changes() -> AsyncStream<Void> { journal.changes() }
}

/// `{"plan":[…],"via":[…],"sources":{"org1":{"origin":…,"rewrites":…}}}`
extension QueryPlan {
    fileprivate var journaled: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("plan")
            writer.value(json)
            writer.name("via")
            writer.array { writer in for organization in via.organizations { writer.value(organization) } }
            writer.name("sources")
            writer.object { writer in
                for (id, source) in sources.sorted(by: { $0.key < $1.key }) {
                    writer.name(id)
                    writer.object { writer in
                        writer.member("origin", source.origin)
                        writer.member("rewrites", source.rewritesIdentifiers)
                    }
                }
            }
        }
        return writer.bytes
    }

    /// - Throws: `LIFError` `OutputReadException`.
    fileprivate init(journaled bytes: [UInt8]) throws {
        do {
            let document = try JSONParser.parse(bytes, limits: JSONLimits(maximumBytes: .max)).object
            self = try QueryPlan(json: document?["plan"] ?? .null)
            via = try FederationPath((document?["via"]?.array ?? []).compactMap(\.string))
            for member in document?["sources"]?.object?.members ?? [] {
                guard let source = member.value.object, let origin = source["origin"]?.string else { continue }
                sources[member.name] = PlannedSource(
                    origin: origin, rewritesIdentifiers: source["rewrites"] == .bool(true))
            }
        } catch {
            throw LIFError.damaged("a submitted run's plan", cause: error)
        }
    }
}
