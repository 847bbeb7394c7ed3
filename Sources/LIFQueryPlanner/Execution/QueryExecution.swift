import Foundation
import LIFConcurrency
import LIFModel

/// The execution of a query, from the first look into the cache to its end: what follows from what happens to it.
///
/// It is pure: time comes with the event, and `QueryDriver` carries out what it decides. Parts are held in memory, or, once the query
/// is asynchronous, in the journal: to accept a query as asynchronous is to move its parts there and go on.
struct QueryExecution: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Pages of one query that are worked on at the same time.
    static let pagesAtOnce = 8
    /// How many faults of a neighbour in a row end the wait for it.
    static let neighbourFaults = 5
    /// How long plans are offered to an orchestrator elsewhere that is full or away.
    static let refusalTolerance = Duration.seconds(86_400)
    /// How many faults, in what is read from the journal, end a query: what cannot be decoded does not pass by itself.
    static let readFaultLimit = 10
    /// Pauses before a plan is offered again that was refused, while a client waits.
    static let offers = RetryPolicy(
        first: .milliseconds(100), longest: .seconds(2), longestRetryAfter: .seconds(60))

    /// Who waits for the answer.
    enum Client: Sendable, Hashable {
        /// As long as it takes, for an answer in memory; what is refused is offered again for the configured time.
        case patient
        /// Not at all: the answer is what the cache has.
        case hurried
        /// For a time, and then it gets a correlation id.
        case limited(Duration, QueryOptions.Asynchrony)
        /// Nobody: the query is in the journal, and was taken over.
        case none
    }

    /// What is known of a query from the start.
    struct Terms: Sendable {
        let client: Client
        var pageCount = 0
        var learnerCount = 0
        var limits = SynchronousLimits()
        let arrivedAt: Instant
        /// The longest that a client waits.
        let timeout: Duration
        /// Whether a LIF Cache elsewhere fills gaps.
        var hasRecords = false
        /// Pauses where somebody refuses or fails, and nobody waits.
        var retry = RetryPolicy.storage
    }

    enum Phase: Sendable {
        /// Reads what is to be done of a query that was taken over.
        case opening
        /// Through the cache, page by page, for an answer that it has wholly.
        case looking
        case running
        /// It is being accepted by the journal.
        case moving(isAnnounced: Bool)
        /// Nothing is done before the store works again; then the end is noted, or pages go on.
        case waitingForStore(ProcessedRequest.State?)
        case concluding
        case finishing(ProcessedRequest.State)
        /// It is removed, and then the client gets this.
        case discarding(Reply)
        /// Only the client's id is still to be announced.
        case announcing
        case ended
    }

    enum Waiting: Sendable {
        case forAnswer
        /// Its time is up: it gets the id as soon as the journal has noted that.
        case forID
        /// It has left while the query was being accepted.
        case left
        case nobody
    }

    struct Page: Sendable {
        enum State: Sendable {
            case idle, entering, looking, running, paused
            /// The sources have answered; a LIF Cache elsewhere may not have.
            case filling
            /// Its parts are looked for that nobody can bring.
            case givingUp
            /// Some of it was refused; it is tried again when the journal has kept so many parts.
            case refused(Int, LIFError)
            /// It is done when the journal has kept so many parts.
            case landing(Int)
            case done
        }

        var state = State.idle
        var number = 0
        var hasPlace = false
        var attempts = Attempts()
        /// Kept until the page is run.
        var look: Look?
        /// What is to be fetched, by key.
        var states: [FragmentKey: [Freshness.State]] = [:]
        /// What is being fetched.
        var open: Set<FragmentKey> = []
        /// What was refused, and is to be offered again.
        var refused: [(key: FragmentKey, error: LIFError)] = []
        var fillings: [RecordCacheRules.Gap.Reason: RecordCacheFallback.Filling] = [:]
        var asked: Set<RecordCacheRules.Gap.Reason> = []
        /// All parts, where a LIF Cache's rules need them.
        var landed: [LandedPart] = []
        /// Why a plan could not be run.
        var error: LIFError?
    }

    /// How often something was tried in vain.
    struct Attempts: Sendable {
        var begunAt: Instant?
        var refusals = 0
        var faults = 0
    }

    let terms: Terms
    var phase = Phase.opening
    var waiting: Waiting
    var isInJournal: Bool
    var pages: [Page]
    var opening = Attempts()
    /// What has landed, as long as it is held in memory.
    var memory: [LandedPart] = []
    /// Whether anybody was asked for something.
    var isFetched = false
    /// Of the first page: it decides whether a client waits.
    var first: Look?
    var summary = CachedAnswer.Summary()
    /// Why a plan could not be run, where one could not.
    var refusal: LIFError?
    var patience: (staleFrom: Instant, end: Instant?)?
    /// What has landed and was not handed to the journal yet. One append is under way at a time; what lands meanwhile goes
    /// together with the next one.
    var unkept: [LandedPart] = []
    var appending: Int?
    /// How many parts have landed of a query in the journal, and how many of them it has kept.
    var landedCount = 0
    var keptCount = 0
    var storeFailures = 0
    var readFaults = 0
    private var actions: [Action] = []

    init(_ terms: Terms) {
        self.terms = terms
        isInJournal = terms.client == .none
        waiting = terms.client == .none ? .nobody : .forAnswer
        pages = Array(repeating: Page(), count: terms.pageCount)
    }

    var hasEnded: Bool { if case .ended = phase { true } else { false } }

    /// Whether the size of the answer decides how the client gets it.
    var isSizeAsked: Bool { if case .limited(_, .allowed) = terms.client { true } else { false } }

    /// What is to be done now, in this order.
    mutating func take(_ event: Event, at now: Instant) -> [Action] {
        actions = []
        if !hasEnded { handle(event, now) }
        defer { actions = [] }
        return actions
    }

    mutating func perform(_ action: Action) { actions.append(action) }

    private mutating func handle(_ event: Event, _ now: Instant) {
        switch event {
        case .begun: begin(now)
        case .opened(let count): opened(count, now)
        case .openingFailed(let error): openingFailed(error, now)
        case .openingPaused: if case .opening = phase { perform(.open) }
        case .looked(let step, let look): if isCurrent(step) { looked(step.page, look, now) }
        case .lookFailed(let step, let error): if isCurrent(step) { lookFailed(step.page, error, now) }
        case .full(let step): if isCurrent(step) { full(step.page) }
        case .entered(let step): if isCurrent(step) { entered(step.page, now) }
        case .landed(let step, let keys, let outcome, let startedAt, let error):
            if isCurrent(step) { landed(step.page, keys, outcome, startedAt, error, now) }
        case .paused(let step): if isCurrent(step) { goOn(step.page, now) }
        case .filled(let step, let reason, let filling):
            if isCurrent(step) { filled(step.page, reason, filling, now) }
        case .givenUp(let step, let parts): if isCurrent(step) { givenUp(step.page, parts, now) }
        case .timeUp: timeUp(now)
        case .clientLeft: clientLeft()
        case .stopped: stopped()
        case .accepted: accepted(now)
        case .acceptanceFailed(let error): if case .moving = phase { end(.failed(error)) }
        case .appended(let isOurs): appended(isOurs, now)
        case .appendFailed(let error): appendFailed(error)
        case .announced: announced(.correlationID)
        case .announcementFailed(let error): announced(.failed(error))
        case .counted(let parts): counted(parts)
        case .finished(let isOurs): finished(isOurs)
        case .discarded: if case .discarding(let reply) = phase { end(reply) }
        case .storeFailed(let error): storeFailed(error)
        case .storePaused: storePaused()
        case .storeTried(let error): storeTried(error, now)
        }
    }

    // MARK: - The begin

    mutating func begin(_ now: Instant) {
        switch terms.client {
        case .none: perform(.open)
        case .patient: run(now)
        case .hurried:
            if pages.count == 1 { lookThrough(0) } else { end(.nothing) }
        case .limited(let limit, _):
            if pages.isEmpty { return run(now) }
            // From the query's arrival on: what the look takes, a neighbour's answer perhaps, is the client's time too. A client
            // that does not wait at all still gets what the cache has.
            perform(
                .wake(at: terms.arrivedAt + (limit > .zero ? min(limit, terms.timeout) : terms.timeout)))
            lookThrough(0)
        }
    }

    mutating func opened(_ count: Int, _ now: Instant) {
        guard case .opening = phase else { return }
        pages = Array(repeating: Page(), count: count)
        run(now)
    }

    mutating func openingFailed(_ error: LIFError, _ now: Instant) {
        guard case .opening = phase else { return }
        switch nextStep(after: error, isPlan: false, &opening, now) {
        case nil: storeFailed(error)
        case .again(let pause): perform(.pauseOpening(until: now + pause))
        case .noAttemptsLeft, .noTimeLeft:
            finish(.failed(code: error.code.rawValue, message: error.message))
        }
    }

    mutating func lookThrough(_ page: Int) {
        phase = .looking
        look(page)
    }

    mutating func run(_ now: Instant) {
        phase = .running
        startPages(now)
    }

    // MARK: - The end

    mutating func conclude() {
        if isInJournal {
            phase = .concluding
            return perform(.count)
        }
        if let fault = Availability.fault(of: memory.map(\.part), refusal: refusal) {
            return end(.failed(fault))
        }
        let fresh = pages.count == 1 && !isFetched && first?.delta.isWhollyFresh == true ? first : nil
        end(.answer(Answer(landed: memory, isFetched: isFetched, fresh: fresh)))
    }

    // MARK: - Parts

    /// What has landed of a page.
    mutating func land(_ parts: [LandedPart], of page: Int) {
        if parts.isEmpty { return }
        if terms.hasRecords { pages[page].landed += parts }
        if isInJournal {
            unkept += parts
            landedCount += parts.count
            append()
        } else {
            memory += parts
        }
    }
}
