import Foundation
import LIFComposer
import LIFConcurrency
import LIFJSON
import LIFModel
import LIFTesting

@testable import LIFQueryPlanner

/// A query that random things happen to, and what must be true of it, told plainly.
struct QueryModel {
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    private typealias Step = QueryExecution.Step
    private typealias Event = QueryExecution.Event

    private static let path = FragmentPath(entity: "Name")
    /// No source supplies it.
    private static let unsupplied = FragmentPath(entity: "Narrative")
    private static let start = Date(timeIntervalSince1970: 1_000)

    /// What somebody does, until it is answered by an event.
    private enum Work {
        case open
        case look(Step)
        case enter(Step)
        case fetch(Step, [FragmentKey])
        case timer(ContinuousClock.Instant, Event)
        case fill(Step, RecordCacheRules.Gap.Reason, [RecordCacheRules.Gap])
        case giveUp(Step, LIFError)
        case accept([LandedPart], isAnnounced: Bool)
        case append([LandedPart])
        case announce, count, discard, tryStore
        case finish(ProcessedRequest.State)

        var page: Int? {
            switch self {
            case .look(let step), .enter(let step), .fetch(let step, _), .fill(let step, _, _), .giveUp(let step, _):
                step.page
            case .timer(_, .paused(let step)): step.page
            default: nil
            }
        }
    }

    private var random: SeededGenerator
    private var machine: QueryExecution
    private let client: QueryExecution.Client
    private let catalogue: SourceCatalogue
    private let paths: [FragmentPath]
    private let learners: [LearnerIdentifier]
    private let pageSize: Int
    /// The cache has all of it.
    private let isWarm: Bool
    private var now = ContinuousClock.now
    private var works: [Work] = []
    /// Nothing goes wrong any more, so that it comes to an end.
    private var isCalm = false

    // What is true.
    /// In the journal, by key: the first stays.
    private var kept: [PartKey: LandedPart] = [:]
    private var isAccepted = false
    private var isAnnounced = false
    private var isDiscarded = false
    private var isAnothers = false
    private var end: ProcessedRequest.State?
    private var isLost = false
    private var hasFaults = false
    private var hasStopped = false
    private var clientHasLeft = false
    /// Which parts the machine has handed to the journal.
    private var handed: Set<PartKey> = []
    /// What has come of each pair that was fetched, when it was no refusal.
    private var came: [FragmentKey: LandedPart.Came] = [:]
    private var refused: Set<FragmentKey> = []
    private var givenUp: Set<Int> = []
    private var filled: Set<PartKey> = []
    private var places: Set<Int> = []
    private var replies: [QueryExecution.Reply] = []
    private var hasEnded = false
    private var mark = 0

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pages = random.chance(50) ? 1 : Int.random(in: 2...12, using: &random)
        pageSize = pages == 1 ? Int.random(in: 1...3, using: &random) : 1
        isWarm = random.chance(15)
        let hasRecords = random.chance(40)
        let asynchrony: [QueryOptions.Asynchrony] = [.refused, .allowed, .preferred]
        client =
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1: .patient
            case 2: .hurried
            case 3, 4: .none
            default: .limited(.seconds(random.chance(20) ? 0 : 4), random.pick(asynchrony) ?? .refused)
            }
        learners = (0..<pages * pageSize).map { LearnerIdentifier(identifier: "\($0)", identifierType: "T") }
        paths = hasRecords && random.chance(50) ? [Self.path, Self.unsupplied] : [Self.path]
        catalogue = SourceCatalogue(
            (1...3).map { number in
                InformationSource(
                    id: "org\(number)", adapterID: "a", timeToLive: .seconds(60), fragmentPaths: [Self.path])
            })
        machine = QueryExecution(
            QueryExecution.Terms(
                client: client, pageCount: client == .none ? 0 : pages, learnerCount: learners.count,
                limits: SynchronousLimits(learners: random.chance(30) ? 0 : 100), arrivedAt: now,
                timeout: .seconds(10), hasRecords: hasRecords,
                retry: RetryPolicy(first: .seconds(1), longest: .seconds(60))))
        self.random = random
        (isAccepted, isAnnounced) = (client == .none, client == .none)
    }

    private var pageCount: Int { learners.count / pageSize }

    /// Lets things happen until the query has ended.
    mutating func run() throws {
        try take(.begun)
        for _ in 0..<120 where !machine.hasEnded {
            switch Int.random(in: 0..<40, using: &random) {
            case 0 where client != .none && !clientHasLeft && random.chance(20):
                clientHasLeft = true
                try take(.clientLeft)
            case 1 where isAccepted && random.chance(15):
                hasStopped = true
                try take(.stopped)
            case 2 where isAccepted && random.chance(15): isAnothers = true
            default: try doSomething()
            }
        }
        isCalm = true
        var steps = 0
        while !machine.hasEnded {
            steps += 1
            try expect(!works.isEmpty, "nothing is under way, and it has not ended: \(machine.phase)")
            try expect(steps < 5_000, "it does not end: \(machine.phase)")
            try doSomething()
        }
        try checkEnd()
    }

    private func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
        if !condition { throw Violation(description: message()) }
    }

    // MARK: - What is asked for

    private mutating func take(_ event: Event) throws {
        for action in machine.take(event, at: now) { try note(action) }
    }

    private mutating func note(_ action: QueryExecution.Action) throws {
        try expect(!hasEnded, "something is done after the end")
        switch action {
        case .open: works.append(.open)
        case .pauseOpening(let until): works.append(.timer(until, .openingPaused))
        case .look(let step, _): works.append(.look(step))
        case .enter(let step, let waits):
            try expect(!places.contains(step.page), "a page takes a second place")
            if !waits, !isCalm, random.chance(30) {
                works.append(.timer(now, .full(step)))
            } else {
                works.append(.enter(step))
            }
        case .leave(let page): try expect(places.remove(page) != nil, "a place is given back that was not taken")
        case .fetch(let step, let keys, _):
            try expect(!keys.isEmpty && Set(keys).count == keys.count, "a fetch of nothing, or of a pair twice")
            if !isAccepted {
                try expect(keys.allSatisfy { came[$0] == nil }, "what has come is fetched again")
            }
            works.append(.fetch(step, keys))
        case .pause(let step, let until):
            try expect(until >= now, "a pause until the past")
            works.append(.timer(until, .paused(step)))
        case .fill(let step, let reason, let gaps, _): works.append(.fill(step, reason, gaps))
        case .giveUp(let step, let error): works.append(.giveUp(step, error))
        case .revalidate, .write: break
        case .cancelPages:
            works.removeAll { $0.page != nil }
            places = []
        case .wake(let until): works.append(.timer(until, .timeUp))
        case .accept(let landed, let announced):
            try expect(!isAccepted, "it is accepted twice")
            works.append(.accept(landed, isAnnounced: announced))
        case .append(let parts):
            try expect(
                !works.contains { if case .append = $0 { true } else { false } } || hasFaults, "two appends at once")
            try expect(isAccepted && end == nil, "parts land outside of the query's life")
            try hand(parts)
            works.append(.append(parts))
        case .announce: works.append(.announce)
        case .count: works.append(.count)
        case .discard: works.append(.discard)
        case .finish(let state): works.append(.finish(state))
        case .waitForStore(_, let pause): works.append(.timer(now + pause, .storePaused))
        case .tryStore: works.append(.tryStore)
        case .reply(let reply): try note(reply)
        case .end(let isLost):
            hasEnded = true
            self.isLost = isLost
        }
        let active = Set(works.compactMap(\.page)).count
        try expect(active <= QueryExecution.pagesAtOnce, "\(active) pages are worked on at the same time")
    }

    private mutating func hand(_ parts: [LandedPart]) throws {
        for part in parts {
            try expect(handed.insert(part.part.key).inserted || hasFaults, "a part lands twice: \(part.part.key)")
        }
    }

    // MARK: - What happens

    private mutating func doSomething() throws {
        guard !works.isEmpty else { return }
        // What is not due comes, mostly, after what others do meanwhile.
        let due = works.indices.filter { if case .timer(let until, _) = works[$0] { until <= now } else { true } }
        let index = (random.chance(90) ? random.pick(due) : nil) ?? Int.random(in: works.indices, using: &random)
        let work = works.remove(at: index)
        now += .milliseconds(Int.random(in: 0...100, using: &random))
        switch work {
        case .open:
            try take(fails(10) ? .openingFailed(anyError(ofStore: true)) : .opened(pages: pageCount))
        case .look(let step):
            try take(fails(8) ? .lookFailed(step, anyError(ofStore: isAccepted)) : .looked(step, look(step.page)))
        case .enter(let step):
            if machine.isCurrent(step) { places.insert(step.page) }
            try take(.entered(step))
        case .fetch(let step, let keys): try land(step, keys)
        case .timer(let until, let event):
            now = max(now, until)
            try take(event)
        case .fill(let step, let reason, let gaps): try take(.filled(step, reason, filling(gaps, reason)))
        case .giveUp(let step, let error):
            if fails(10) { return try fault(.lookFailed(step, Self.storeError)) }
            if machine.isCurrent(step) { givenUp.insert(step.page) }
            try take(.givenUp(step, missing(step.page, error)))
        case .accept(let landed, let announced):
            if fails(10) { return try take(.acceptanceFailed(Self.storeError)) }
            try hand(landed)
            keep(landed)
            (isAccepted, isAnnounced) = (true, announced)
            try take(.accepted)
        case .append(let parts): try append(parts)
        case .announce:
            if fails(10) { return try take(.announcementFailed(Self.storeError)) }
            isAnnounced = true
            try take(.announced)
        case .count:
            if fails(10) { return try fault(.storeFailed(Self.storeError)) }
            let isAllMissing = !kept.isEmpty && kept.values.allSatisfy { $0.part.outcome == .missing }
            try take(.counted(isAllMissing ? kept.values.map(\.part) : []))
        case .finish(let state): try finish(state)
        case .discard:
            (isDiscarded, kept) = (true, [:])
            try take(.discarded)
        case .tryStore: try take(.storeTried(fails(20) ? Self.storeError : nil))
        }
    }

    private mutating func fails(_ percent: Int) -> Bool { !isCalm && random.chance(percent) }

    private mutating func fault(_ event: Event) throws {
        hasFaults = true
        try take(event)
    }

    private static let storeError = LIFError(.outputWriteException, "The disk is full.", blame: .us)
    private static let away = LIFError(.neighbourNotAvailable, "Away.", blame: .source, isRetryable: true)
    private static let full = LIFError(.overloaded, "Full.", blame: .us, isRetryable: true)
    private static let unknown = LIFError(.operatorNotFoundException, "Not known.", reason: .operatorNotFound)
    private static let broken = LIFError(.internalFault, "Broken.", blame: .us)

    private mutating func anyError(ofStore: Bool) -> LIFError {
        let error = random.pick([Self.away, Self.full, Self.broken] + (ofStore ? [Self.storeError] : [])) ?? Self.away
        if error.isStorageFault { hasFaults = true }
        return error
    }

    private mutating func land(_ step: Step, _ keys: [FragmentKey]) throws {
        let count = Int.random(in: 1...keys.count, using: &random)
        let some = Array(keys.shuffled(using: &random).prefix(count))
        let rest = keys.filter { !some.contains($0) }
        if !rest.isEmpty { works.append(.fetch(step, rest)) }
        if fails(20) {
            let error = random.pick([Self.away, Self.full, Self.unknown]) ?? Self.away
            if machine.isCurrent(step) { refused.formUnion(some) }
            return try take(.landed(step, some, .refused(error), startedAt: Self.start, error: error))
        }
        mark += 1
        let outcome: Outcome
        switch Int.random(in: 0..<4, using: &random) {
        case 0: outcome = Outcome(.empty(learnerKnown: true), finishedAt: Self.start, duration: .zero)
        case 1:
            outcome = Outcome(.failed(Failure(.sourceError, "no")), finishedAt: Self.start, duration: .zero)
        default:
            let content = FragmentContent(
                items: RawJSON(unchecked: Array("[\(mark)]".utf8)[...]), count: 1, isScalar: false)
            outcome = Outcome(
                .data([Fragment(path: Self.path, content: content)]), finishedAt: Self.start, duration: .zero)
        }
        if machine.isCurrent(step) {
            for key in some where came[key] == nil || isAccepted {
                came[key, default: LandedPart.Came()].outcomes.append(outcome)
            }
        }
        try take(.landed(step, some, outcome, startedAt: Self.start, error: nil))
        // What comes a second time changes nothing.
        if random.chance(10) { try take(.landed(step, some, .refused(Self.away), startedAt: Self.start, error: nil)) }
    }

    private mutating func append(_ parts: [LandedPart]) throws {
        if isAnothers || isDiscarded || end != nil { return try take(.appended(isOurs: false)) }
        if fails(10) {
            // It may have been kept all the same.
            if random.chance(30) { keep(parts) }
            return try fault(.appendFailed(Self.storeError))
        }
        keep(parts)
        try take(.appended(isOurs: true))
    }

    private mutating func keep(_ parts: [LandedPart]) {
        for part in parts where kept[part.part.key] == nil { kept[part.part.key] = part }
    }

    private mutating func finish(_ state: ProcessedRequest.State) throws {
        if isAnothers || isDiscarded { return try take(.finished(isOurs: false)) }
        if fails(15) { return try fault(.storeFailed(Self.storeError)) }
        if case .completed = state { try checkAllParts(kept, "the journal") }
        end = state
        try take(.finished(isOurs: true))
    }

    // MARK: - Pages

    private func question(_ page: Int) -> Question {
        let first = page * pageSize
        return Question(
            query: CanonicalQuery(learners: Array(learners[first..<first + pageSize]), paths: paths),
            firstLearner: first, catalogue: catalogue, asOf: nil, via: FederationPath())
    }

    private func key(_ learner: Int, _ source: InformationSource) -> FragmentKey {
        FragmentKey(sourceID: source.id, learner: learners[learner], path: Self.path)
    }

    private mutating func look(_ page: Int) -> QueryExecution.Look {
        let question = question(page)
        var states: [Freshness.State] = []
        for (index, learner) in question.learners.enumerated() {
            for (number, source) in catalogue.sources.enumerated() {
                let part = PartKey(learner: learner, path: Self.path, sourceID: source.id)
                if isAccepted, kept[part] != nil { continue }
                let key = key(learner, source)
                let stored = StoredFragment(
                    key: key, content: nil, learnerKnown: true, storedAt: Self.start, dataTimestamp: nil, origin: "a")
                let pair = Freshness.Pair(learner: index, ordinal: number, source: source, key: key)
                let kind = isWarm ? 0 : Int.random(in: 0..<6, using: &random)
                states.append(
                    Freshness.State(
                        pair: pair, stored: kind < 4 ? stored : nil, isFresh: kind < 2,
                        expiresAt: kind < 2 ? Self.start : nil, isServedStale: kind == 2, isUsableOnFailure: kind == 3))
            }
        }
        let landed = kept.values.filter { question.learners.contains($0.part.learner) }
        return QueryExecution.Look(
            question: question, delta: Freshness.Delta(states: states),
            landed: isAccepted ? landed.sorted { $0.part.ordinal < $1.part.ordinal } : [])
    }

    private mutating func filling(
        _ gaps: [RecordCacheRules.Gap], _ reason: RecordCacheRules.Gap.Reason
    ) -> RecordCacheFallback.Filling {
        let isAway = fails(20)
        let landed = gaps.compactMap { gap -> LandedPart? in
            if reason == .failed, isAway || random.chance(50) { return nil }
            let outcome: AnswerPart.Outcome = isAway ? .missing : reason == .failed ? .stale : .cached
            return LandedPart(
                AnswerPart(
                    learner: gap.learner, ordinal: 1 << 20, path: gap.path, sourceID: RecordCacheRules.sourceID,
                    outcome: outcome), content: nil)
        }
        filled.formUnion(landed.map(\.part.key))
        return RecordCacheFallback.Filling(landed: landed, error: isAway ? Self.away : nil)
    }

    private func missing(_ page: Int, _ error: LIFError) -> [LandedPart] {
        question(page).learners.flatMap { learner in
            catalogue.sources.compactMap { source in
                let key = PartKey(learner: learner, path: Self.path, sourceID: source.id)
                if kept[key] != nil { return nil }
                return LandedPart(
                    AnswerPart(
                        learner: learner, ordinal: 0, path: Self.path, sourceID: source.id, outcome: .missing,
                        failure: Failure(error.reason ?? .unreachable, error.message)), content: nil)
            }
        }
    }

    // MARK: - What must be true

    private mutating func note(_ reply: QueryExecution.Reply) throws {
        replies.append(reply)
        try expect(client != .none, "somebody is answered who did not ask")
        try expect(replies.count == 1, "a second reply: \(replies)")
        switch reply {
        case .answer(let answer):
            try expect(!isAccepted, "an answer in memory to a query that is in the journal")
            var parts: [PartKey: LandedPart] = [:]
            for part in answer.landed {
                try expect(parts.updateValue(part, forKey: part.part.key) == nil, "a part is in the answer twice")
            }
            try checkAllParts(parts, "the answer")
        case .cached: try expect(!isAccepted && pageCount > 1 && came.isEmpty, "it was not all in the cache")
        case .kept:
            try expect(end == .completed, "its end is not kept")
            try checkAllParts(kept, "the kept answer")
        case .correlationID:
            try expect(isAccepted && isAnnounced && !isDiscarded, "nothing is to be found by the id")
        case .nothing: try expect(client == .hurried, "it was wanted")
        case .failed: break
        case .cancelled: try expect(clientHasLeft, "nobody has left")
        }
    }

    /// All parts are there, each as it came first.
    private func checkAllParts(_ parts: [PartKey: LandedPart], _ place: String) throws {
        for (number, _) in learners.enumerated() {
            for source in catalogue.sources {
                let key = PartKey(learner: number, path: Self.path, sourceID: source.id)
                guard let part = parts[key] else { throw Violation(description: "\(place) lacks \(key)") }
                try check(part, self.key(number, source), page: number / pageSize)
            }
            let gap = PartKey(learner: number, path: Self.unsupplied, sourceID: RecordCacheRules.sourceID)
            if paths.count > 1, !givenUp.contains(number / pageSize) {
                try expect(parts[gap] != nil, "\(place) lacks what the LIF Cache was asked for")
            }
        }
        let others = parts.keys.filter { $0.sourceID == RecordCacheRules.sourceID }
        try expect(others.allSatisfy(filled.contains), "\(place) has something that nobody gave")
    }

    private func check(_ landed: LandedPart, _ key: FragmentKey, page: Int) throws {
        let outcomes = came[key]?.outcomes ?? []
        switch landed.part.outcome {
        case .fetched:
            let fits = outcomes.contains { $0.content(at: Self.path) == landed.content }
            try expect(fits, "what was fetched is not what came")
            if !hasFaults {
                try expect(
                    outcomes.count == 1,
                    "a pair that had come was fetched again: \(key.sourceID) \(key.learner.identifier)")
            }
        case .empty, .cached: break
        case .missing, .stale:
            let isFailed = outcomes.contains { $0.failure(at: Self.path) != nil }
            let isRevalidated = landed.part.outcome == .stale && landed.part.failure == nil
            try expect(
                isRevalidated || isFailed || refused.contains(key) || givenUp.contains(page),
                "a part is missing that nothing has happened to")
        }
        if !hasFaults, let first = outcomes.first, first.failure(at: Self.path) == nil {
            try expect(
                ![.missing, .stale].contains(landed.part.outcome), "what had come is missing: \(landed) \(outcomes)")
        }
    }

    private func checkEnd() throws {
        try expect(hasEnded, "it does not say that it has ended")
        try expect(replies.count == (client == .none ? 0 : 1), "\(replies.count) replies")
        if isLost { try expect(isAnothers || isDiscarded, "it is lost, and nobody has it") }
        let isOpen = isAccepted && end == nil && !isDiscarded
        try expect(!isOpen || hasStopped || isLost || isAnothers, "a query is left open that nobody works on")
        if case .cancelled = replies.first, isAccepted {
            try expect(isDiscarded || isLost || isAnothers, "a query is kept that nobody wants")
        }
        if client == .none, !hasStopped, !isAnothers { try expect(end != nil, "it has no end") }
    }
}

extension LandedPart {
    /// What has come of a pair.
    struct Came {
        var outcomes: [Outcome] = []
    }
}

extension AnswerPart {
    fileprivate var key: PartKey { PartKey(learner: learner, path: path, sourceID: sourceID) }
}
