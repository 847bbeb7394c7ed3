import Foundation
public import LIFJournal
import LIFModel

/// Does the same random calls to a journal and to the model of one, `MemoryJournal`, and compares what they give.
public struct JournalComparison: Sendable {
    private let journal: any Journal
    private let model = MemoryJournal()
    private var random: SeededGenerator
    private var ids: [RunID] = []
    private var callbacks: [RandomID] = []
    private var calls: [String] = []
    private let holders = (0..<3).map { _ in HolderID() }

    /// Compares a journal, which must be empty, with a model of its own.
    ///
    /// - Parameter seed: The same seed makes the same calls, but for the ids, which are random.
    public init(_ journal: any Journal, seed: UInt64) {
        self.journal = journal
        random = SeededGenerator(seed: seed)
    }

    /// Makes so many random calls, then compares every run and the lists.
    ///
    /// - Throws: `ConformanceViolation` with the calls that led there; what the journal throws.
    public mutating func run(calls count: Int) async throws {
        for _ in 0..<count { try await step() }
        for id in ids { try await compareRun(id) }
        try await compareLists()
    }

    private mutating func step() async throws {
        switch Int.random(in: 0..<20, using: &random) {
        case 0...2: try await accept()
        case 3...7: try await append()
        case 8...9: try await commit()
        case 10: try await claim()
        case 11...12: try await hand()
        case 13...14: try await settle()
        case 15: try await remove()
        case 16: try await compareLists()
        case 17: try await log(id())
        default: if let id = ids.randomElement(using: &random) { try await compareRun(id) }
        }
    }

    /// Calls both, and compares the answers.
    private mutating func both<Value: Equatable>(
        _ name: String, _ call: (any Journal) async throws -> Value
    ) async throws {
        calls.append(name)
        let (actual, expected) = (try await call(journal), try await call(model))
        guard actual != expected else { return }
        throw ConformanceViolation(
            sentence: "The journal does as its model.",
            detail:
                "After \(calls.count) calls: \(calls.suffix(12).joined(separator: "; ")): \(actual) instead of \(expected)"
        )
    }

    private mutating func date() -> Date {
        Date(timeIntervalSinceReferenceDate: Double(Int.random(in: 0..<1_000, using: &random)) + 0.125)
    }

    private mutating func id() -> RunID {
        Int.random(in: 0..<12, using: &random) == 0 ? RunID() : ids.randomElement(using: &random) ?? RunID()
    }

    private mutating func kind() -> JournalRun.Kind { JournalRun.Kind.allCases.randomElement(using: &random) ?? .job }

    private mutating func holder() -> HolderID { holders.randomElement(using: &random) ?? holders[0] }

    private mutating func learner() -> LearnerIdentifier {
        LearnerIdentifier(
            identifier: "é\(Int.random(in: 0..<4, using: &random))",
            identifierType: ["A", "a b"].randomElement(using: &random) ?? "A")
    }

    private mutating func state() -> JournalRun.State {
        var state = JournalRun.State(startedAt: date(), holder: holder(), epoch: Int.random(in: 0..<4, using: &random))
        if Bool.random(using: &random) { state.cancelledAt = date() }
        if Bool.random(using: &random) {
            state.failure = RunFailure(word: "timeout", message: "It's \"late\".", attempts: 2)
        }
        if Int.random(in: 0..<3, using: &random) == 0 {
            (state.end, state.endedAt) = (["COMPLETED", "FAILED"].randomElement(using: &random), date())
            if Bool.random(using: &random) { state.acknowledgedAt = date() }
        }
        state.isUnannounced = Bool.random(using: &random)
        if Bool.random(using: &random) { state.engine = standing() }
        if Int.random(in: 0..<3, using: &random) == 0 {
            state.cancellations = [EngineCancellation(standing(), since: date())]
        }
        return state
    }

    private mutating func standing() -> EngineStanding {
        EngineStanding(
            engine: "é", epoch: Int.random(in: 0..<4, using: &random),
            run: Bool.random(using: &random) ? "run \"1\"" : nil)
    }

    private mutating func accept() async throws {
        let key = Int.random(in: 0..<3, using: &random) == 0 ? "key \(Int.random(in: 0..<4, using: &random))" : nil
        let run = JournalRun(
            id: Int.random(in: 0..<8, using: &random) == 0 ? id() : RunID(), kind: kind(), acceptedAt: date(),
            expectedParts: Int.random(in: 0..<9, using: &random), key: key, document: Array("{\"é\":1}".utf8),
            state: state())
        let index = RunIndex(
            sources: ["org\(Int.random(in: 0..<3, using: &random))"], learners: [learner(), learner()])
        let parts = Bool.random(using: &random) ? [] : self.parts()
        ids.append(run.id)
        try await both("accept \(run.id)") { journal in
            // What it counts of the parts that came with it, a later look shows.
            let accepted = try await journal.accept(run, index: index, parts: parts)
            return [accepted.id.text, accepted.key ?? "", "\(accepted.acceptedAt)"]
        }
    }

    private mutating func parts() -> [JournalPart] {
        (0..<Int.random(in: 1..<4, using: &random)).map { _ in
            let hasFailed = Int.random(in: 0..<3, using: &random) == 0
            let content: JournalPart.Content =
                hasFailed ? .none : .json(Array("[\"x\"]".utf8), count: 1, isScalar: Bool.random(using: &random))
            let partly = Int.random(in: 0..<5, using: &random) == 0
            return JournalPart(
                group: Int.random(in: 0..<5, using: &random), ordinal: Int.random(in: 0..<3, using: &random),
                path: ["", "Name"].randomElement(using: &random) ?? "",
                source: ["org1", "org2"].randomElement(using: &random) ?? "",
                outcome: hasFailed ? "missing" : "fetched", items: 1, isLearnerKnown: Bool.random(using: &random),
                at: Bool.random(using: &random) ? date() : nil, dataTimestamp: date(), duration: .milliseconds(3),
                failure: hasFailed
                    ? Failure([.timeout, .unreachable].randomElement(using: &random) ?? .timeout, "No.") : nil,
                pathFailures: partly && !hasFailed ? [FragmentPath(entity: "Email"): Failure(.timeout, "Late.")] : [:],
                content: content)
        }
    }

    private mutating func append() async throws {
        let (id, parts, epoch) = (id(), parts(), Int.random(in: 0..<5, using: &random))
        try await both("append \(parts.count) to \(id) as \(epoch)") {
            try await $0.append(parts, to: id, epoch: epoch)
        }
    }

    private mutating func commit() async throws {
        let (id, state) = (id(), state())
        let (drops, parts) = (Bool.random(using: &random), Bool.random(using: &random) ? self.parts() : [])
        let dependsOnParts = Int.random(in: 0..<3, using: &random) == 0
        let hasMore = Int.random(in: 0..<4, using: &random) == 0
        let isLate = Int.random(in: 0..<4, using: &random) == 0
        let owed = Bool.random(using: &random) ? [callback(id)] : []
        callbacks += owed.map(\.id)
        try await both("commit \(id), drops \(drops), \(parts.count) parts, late \(isLate)") { journal in
            guard let run = try await journal.run(id, document: false) else { return JournalRun?.none }
            let base =
                isLate
                ? JournalRun(
                    id: id, kind: run.kind, acceptedAt: run.acceptedAt, expectedParts: 0, document: nil, state: state,
                    revision: run.revision + 1) : run
            var change = RunChange(base, to: state)
            if dependsOnParts { change.lastPosition = run.lastPosition - (hasMore ? 1 : 0) }
            change.dropsFailedParts = drops
            change.parts = parts
            change.owed = owed
            return try await journal.commit(change)
        }
    }

    private mutating func claim() async throws {
        let (kind, holder, limit) = (kind(), holder(), Int.random(in: 1..<4, using: &random))
        let living: Set = [self.holder(), self.holder()]
        let isFencing = Bool.random(using: &random)
        let worked = Set(ids.filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
        try await both("claim \(kind)") {
            try await $0.claim(
                kind, for: holder, living: living, except: worked, isFencing: isFencing, limit: limit)
        }
    }

    private mutating func hand() async throws {
        let (id, epoch) = (id(), Int.random(in: 0..<5, using: &random))
        let group = Int.random(in: 0..<5, using: &random)
        let task = "part-\(group)/fetch"
        let handOver = HandOver(
            task: task, group: group, attempt: Int.random(in: 1..<4, using: &random), head: Array("{}".utf8),
            data: Bool.random(using: &random) ? Array("[\(group)]".utf8) : nil)
        try await both("hand \(task) of \(id) as \(epoch)") { try await $0.hand(handOver, of: id, epoch: epoch) }
        try await both("read \(task)") { try await $0.handOver(of: task, of: id) }
    }

    private mutating func callback(_ run: RunID) -> OwedCallback {
        OwedCallback(
            run: run, kind: ["results", "completion"].randomElement(using: &random) ?? "",
            target: "https://example.org/a",
            epoch: Int.random(in: 0..<2, using: &random), createdAt: date())
    }

    private mutating func settle() async throws {
        guard let id = callbacks.randomElement(using: &random) else { return }
        let standing: CallbackStanding =
            [.attempted(Int.random(in: 0..<5, using: &random)), .delivered, .givenUp("No.")].randomElement(
                using: &random) ?? .delivered
        let (holder, living) = (holder(), Bool.random(using: &random) ? Set([self.holder()]) : nil)
        try await both("settle") { journal in
            try await journal.settle(id, as: standing)
            return try await journal.owedCallbacks(of: holder, takingOverFrom: living)
        }
    }

    private mutating func remove() async throws {
        let what = RunRemoval.allCases.randomElement(using: &random) ?? .data
        let some = [id(), id()]
        try await both("remove \(what) of \(some)") { journal in
            try await journal.remove(what, of: some)
            return 0
        }
    }

    private mutating func log(_ id: RunID) async throws {
        let entries = (0..<Int.random(in: 0..<3, using: &random)).map { _ in
            RunLogEntry(run: id, at: date(), level: "info", event: "landed", task: "fetch", attempt: 1, message: "É.")
        }
        let bound: Date? = Bool.random(using: &random) ? date() : nil
        let limit = Int.random(in: 0..<4, using: &random)
        try await both("log of \(id)") { try await $0.log(entries, removingBefore: bound, limit: limit) }
        try await both("entries") { try await $0.log(of: id, limit: 5) }
    }

    private mutating func compareRun(_ id: RunID) async throws {
        let selection: PartSelection =
            Bool.random(using: &random)
            ? .groups(Int.random(in: 0..<3, using: &random)..<5)
            : .landed(
                after: Int64.random(in: 0..<4, using: &random), limit: Int.random(in: 0..<5, using: &random),
                bytes: Int.random(in: 0..<20, using: &random))
        let data = Bool.random(using: &random)
        try await both("run \(id)") { try await $0.run(id, document: true) }
        try await both("parts \(selection)") { try await $0.parts(of: id, selection, data: data) }
        try await both("tally") { try await $0.tally(of: id) }
        try await both("kinds") { try await $0.kinds(of: id, outcomes: ["missing", "stale"]) }
        try await both("kinds of others") { try await $0.kinds(of: id, outcomes: ["missing", "fetched"]) }
    }

    private mutating func compareLists() async throws {
        let kind = kind()
        var filter = RunFilter(kind, limit: Int.random(in: 1..<9, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: filter.progress = .open
        case 1: filter.progress = .ended("FAILED")
        case 2: filter.holder = holder()
        case 3: filter.source = "org1"
        case 4: filter.after = id()
        default: filter.key = "key 1"
        }
        let dates = (date(), date())
        let learner = learner()
        try await both("runs") { [filter] in try await $0.runs(filter) }
        try await both("open") { try await $0.openCount(kind) }
        try await both("expired data") {
            Set(try await $0.expired(kind, .data(endedBefore: dates.0, acknowledgedBefore: dates.1), limit: 99))
        }
        try await both("expired runs") {
            Set(try await $0.expired(kind, .run(endedBefore: dates.0, onlyWithoutData: true), limit: 99))
        }
        try await both("accepted before") { Set(try await $0.expired(kind, .accepted(before: dates.0), limit: 99)) }
        try await both("naming") { Set(try await $0.runs(kind, naming: [learner]).map(\.id)) }
    }
}
