import Foundation
import LIFConcurrency
import LIFModel
import Logging
import Synchronization

/// Carries out what `QueryExecution` decides for one query, and tells it what came of that.
///
/// It goes on when its client has a correlation id; it then ends with the query, or when this process stops.
actor QueryDriver {
    typealias Event = QueryExecution.Event
    typealias Step = QueryExecution.Step
    /// Gets the reply; and the query's id, where it is in the journal.
    typealias Client = CheckedContinuation<(reply: QueryExecution.Reply, id: RandomID?), Never>

    /// What all drivers of a planner work with.
    struct Services: Sendable {
        let work: PageWork
        let metadata: SourceMetadataLoader
        let requests: ProcessedRequestCache
        /// The pages that are worked on at a time, of all queries in the journal: they take memory. Places are reserved for queries
        /// of one page, so that large queries of a slow source do not hold these up.
        let gate: TaskSemaphore<PlaceLedger>
        /// Bounds the pages that are looked up in the cache while they wait for a place.
        let looks = TaskSemaphore(places: 2)
        let metrics: PlannerMetrics
        let logger: Logger
    }

    private enum Message: Sendable {
        case event(Event)
        case place(Step, PlaceLedger.Permit)
    }

    let services: Services
    /// What was asked; `nil` for a query that was taken over.
    private let inquiry: Inquiry?
    private let messages: AsyncStream<Message>
    private let tell: AsyncStream<Message>.Continuation
    private let task: Mutex<Task<Void, Never>?> = Mutex(nil)
    private var machine: QueryExecution
    private var pages: [Question]
    /// The query as it is in the journal.
    private var request: ProcessedRequest?
    private var client: Client?
    private var places: [Int: PlaceLedger.Permit] = [:]
    private var pageTasks = TaskBag<Int>()
    private let tasks = TaskBag<Int>()

    /// Begins a query that a client has asked.
    init(_ inquiry: Inquiry, _ terms: QueryExecution.Terms, services: Services) {
        self.init(inquiry, nil, terms, services)
    }

    /// Goes on with a query that is in the journal.
    init(_ request: ProcessedRequest, _ terms: QueryExecution.Terms, services: Services) {
        self.init(nil, request, terms, services)
    }

    private init(
        _ inquiry: Inquiry?, _ request: ProcessedRequest?, _ terms: QueryExecution.Terms, _ services: Services
    ) {
        self.inquiry = inquiry
        self.request = request
        self.services = services
        pages = inquiry?.pages ?? []
        machine = QueryExecution(terms)
        (messages, tell) = AsyncStream.makeStream(of: Message.self)
    }

    // MARK: - From outside

    /// - Parameter client: Is resumed once, with what the client gets.
    nonisolated func start(for client: Client? = nil) {
        // A bare task: it goes on when its client has an id. The lock is held so that the task is known to `hold`.
        task.withLock { $0 = Task { await drive(client) } }
    }

    /// The client does not wait any longer.
    nonisolated func leave() { send(.clientLeft) }

    /// Returns when the query has ended, or is left to others because the calling task was cancelled.
    nonisolated func hold() async {
        await withTaskCancellationHandler {
            await task.withLock { $0 }?.value
        } onCancel: {
            send(.stopped)
        }
    }

    nonisolated func send(_ event: Event) { tell.yield(.event(event)) }

    // MARK: - The loop

    private func drive(_ client: Client?) async {
        self.client = client
        take(.begun)
        if !machine.hasEnded {
            for await message in messages {
                switch message {
                case .event(let event): take(event)
                case .place(let step, let permit):
                    guard machine.isCurrent(step) else {
                        services.gate.give(permit)
                        break
                    }
                    places[step.page] = permit
                    take(.entered(step))
                }
                if machine.hasEnded { break }
            }
        }
        tell.finish()
        for await case .place(_, let permit) in messages { services.gate.give(permit) }
        leavePlaces()
        // Nothing is begun any more.
        await pageTasks.cancel { _ in true }
        await tasks.cancel { _ in true }
    }

    private func take(_ event: Event) {
        for action in machine.take(event, at: .now) { carryOut(action) }
    }

    private func carryOut(_ action: QueryExecution.Action) {
        switch action {
        case .open: open()
        case .pauseOpening(let end): sleep(in: tasks, until: end, .openingPaused)
        case .look(let step, let isPeek): look(step, isPeek: isPeek)
        case .enter(let step, let waits): enter(step, waits: waits)
        case .fetch(let step, let keys, let look): fetch(step, keys, look)
        case .pause(let step, let end): sleep(in: pageTasks, until: end, .paused(step))
        case .fill(let step, let reason, let gaps, let question): fill(step, reason, gaps, question)
        case .giveUp(let step, let error): giveUp(step, error)
        case .leave(let page): if let permit = places.removeValue(forKey: page) { services.gate.give(permit) }
        case .revalidate(let look): services.work.revalidate(look.delta, of: look.question)
        case .write(let landed, let question): services.work.records?.write(landed, of: question)
        case .cancelPages:
            // A bag that is dropped cancels what it holds.
            pageTasks = TaskBag()
            leavePlaces()
        case .wake(let end): sleep(in: tasks, until: end, .timeUp)
        case .accept(let landed, let isAnnounced): accept(landed, isAnnounced: isAnnounced)
        case .append(let parts): append(parts)
        case .announce: announce()
        case .count: count()
        case .finish(let state): finish(state)
        case .discard: discard()
        case .waitForStore(let error, let pause):
            if let request { services.requests.note(error, of: request) }
            sleep(in: tasks, until: .now + pause, .storePaused)
        case .tryStore: tryStore()
        case .reply(let reply):
            client?.resume(returning: (reply, request?.id))
            client = nil
        case .end(let isLost):
            guard isLost, let request else { break }
            services.logger.notice(
                "Another process works on a query now", metadata: ["query": "\(request.id.logLabel)"])
        }
    }

    private func leavePlaces() {
        for permit in places.values { services.gate.give(permit) }
        places = [:]
    }

    /// Does something, and tells what came of it. What is cancelled tells nothing.
    private func start(
        in bag: TaskBag<Int>, failing: @escaping @Sendable (LIFError) -> Event,
        _ work: @escaping @Sendable () async throws -> Event
    ) {
        bag.start { [self] in
            do {
                send(try await work())
            } catch {
                // A stop makes neighbours fail.
                if Task.isCancelled { return }
                let unknown = "The query could not be answered (\(type(of: error)))."
                send(failing(error as? LIFError ?? LIFError(.internalFault, unknown, blame: .us)))
            }
        }
    }

    private func sleep(in bag: TaskBag<Int>, until end: ContinuousClock.Instant, _ event: Event) {
        bag.start { [self] in
            do { try await Task.sleep(until: end) } catch { return }
            send(event)
        }
    }

    // MARK: - Pages

    private func open() {
        guard let request else { return }
        start(in: tasks, failing: { .openingFailed($0) }) { [self] in
            let catalogue = try await services.metadata.catalogue()
            let query = try CanonicalQuery(request.query, catalogue: catalogue)
            return await opened(
                Question.pages(
                    of: query, catalogue: catalogue, asOf: request.asOf, via: try FederationPath(request.via)))
        }
    }

    private func opened(_ pages: [Question]) -> Event {
        self.pages = pages
        return .opened(pages: pages.count)
    }

    private func look(_ step: Step, isPeek: Bool) {
        let (page, request) = (pages[step.page], machine.isInJournal ? request : nil)
        // What it will have decides whether a client waits that takes a correlation id for a large query.
        let needsVolume = step.page == 0 && machine.isSizeAsked
        start(in: pageTasks, failing: { .lookFailed(step, $0) }) { [services] in
            guard let request else {
                let delta = try await services.work.delta(of: page)
                let volume = needsVolume ? services.work.pipelines.volume.expected(delta) : 0
                return .looked(step, QueryExecution.Look(question: page, delta: delta, expectedVolume: volume))
            }
            if !isPeek { return .looked(step, try await services.look(at: page, of: request)) }
            return .looked(step, try await services.looks.inPlace { try await services.look(at: page, of: request) })
        }
    }

    private func enter(_ step: Step, waits: Bool) {
        let place: PlaceLedger.Request = pages.count == 1 ? .preferred : .common
        if !waits, services.gate.ledger.isFull(for: place) { return send(.full(step)) }
        pageTasks.start { [services, tell] in
            guard let permit = try? await services.gate.take(place) else { return }
            if case .terminated = tell.yield(.place(step, permit)) { services.gate.give(permit) }
        }
    }

    private func fetch(_ step: Step, _ keys: [FragmentKey], _ look: QueryExecution.Look) {
        let (question, delta) = (look.question, look.delta)
        pageTasks.start { [self] in
            await services.work.pipelines.fetch(
                keys, catalogue: question.catalogue, asOf: question.asOf, changedAt: delta.changedAt,
                landings: delta.landings, via: question.via
            ) { [self] keys, outcome, startedAt, error in
                send(.landed(step, keys, outcome, startedAt: startedAt, error: error))
            }
        }
    }

    private func fill(
        _ step: Step, _ reason: RecordCacheRules.Gap.Reason, _ gaps: [RecordCacheRules.Gap], _ question: Question
    ) {
        guard let records = services.work.records else { return }
        start(in: pageTasks, failing: { .lookFailed(step, $0) }) {
            .filled(step, reason, try await records.fill(gaps, of: question))
        }
    }

    private func giveUp(_ step: Step, _ error: LIFError) {
        guard let request else { return }
        let page = pages[step.page]
        start(in: pageTasks, failing: { .lookFailed(step, $0) }) { [services] in
            let page = await services.current(page, of: request)
            let done = try await services.requests.store.landed(of: request.id, learners: page.learners)
            return .givenUp(step, services.work.unidentified(page, without: done, because: error))
        }
    }

    // MARK: - The journal

    private func accept(_ landed: [LandedPart], isAnnounced: Bool) {
        guard let inquiry else { return }
        start(in: tasks, failing: { .acceptanceFailed($0) }) { [self] in
            let request = try await services.requests.accept(inquiry, landed: landed, isUntold: !isAnnounced)
            services.metrics.parts(landed.lazy.map(\.part))
            services.metrics.answered(.promised, in: .now - inquiry.startedAt)
            await accepted(request)
            return .accepted
        }
    }

    private func accepted(_ request: ProcessedRequest) {
        self.request = request
        // Nothing is begun after a stop: the query is left to another process, or the next start.
        if !services.requests.follow(request, { [self] in await hold() }) { send(.stopped) }
    }

    private func append(_ parts: [LandedPart]) {
        guard let request else { return }
        start(in: tasks, failing: { .appendFailed($0) }) { [services] in
            let isOurs = try await services.requests.append(parts, to: request)
            if isOurs { services.metrics.parts(parts.lazy.map(\.part)) }
            return .appended(isOurs: isOurs)
        }
    }

    private func announce() {
        guard let request else { return }
        start(in: tasks, failing: { .announcementFailed($0) }) { [services] in
            try await services.requests.store.noteTold(request.id)
            return .announced
        }
    }

    private func count() {
        guard let request else { return }
        start(in: tasks, failing: { .storeFailed($0) }) { [services] in
            let progress = try await services.requests.store.progress(of: request.id)
            if progress.count == 0 || progress.landed[.missing] != progress.count { return .counted([]) }
            return .counted(
                try await services.requests.store.outcomes(of: request.id, after: 0, limit: 100).map(\.landed.part))
        }
    }

    private func finish(_ state: ProcessedRequest.State) {
        guard let request else { return }
        start(in: tasks, failing: { .storeFailed($0) }) { [services] in
            .finished(isOurs: try await services.requests.finish(request, state))
        }
    }

    private func discard() {
        guard let request else { return }
        start(in: tasks, failing: { _ in .discarded }) { [services] in
            await services.requests.remove(request.id)
            return .discarded
        }
    }

    private func tryStore() {
        guard let request else { return }
        start(in: tasks, failing: { .storeTried($0) }) { [services] in
            try await services.requests.tryStore(for: request)
            return .storeTried(nil)
        }
    }
}

extension QueryDriver.Services {
    /// What the cache has of a page of a query in the journal, besides what has landed.
    fileprivate func look(at page: Question, of request: ProcessedRequest) async throws -> QueryExecution.Look {
        let page = await current(page, of: request)
        let done = try await requests.store.landed(of: request.id, learners: page.learners)
        let delta = try await work.delta(of: page, without: done)
        // The LIF Cache's rules need all parts of a learner.
        let landed =
            done.isEmpty || work.records == nil
            ? [] : try await requests.store.parts(of: request.id, learners: page.learners)
        return QueryExecution.Look(question: page, delta: delta, landed: landed)
    }

    /// The page as the sources are configured now: a reload while a large query is worked on holds for what is left of it.
    fileprivate func current(_ page: Question, of request: ProcessedRequest) async -> Question {
        // The fields alone: the learners of the whole query may be very many.
        let fields = LIFQuery(learners: [], selectedFields: request.query.selectedFields)
        guard let catalogue = try? await metadata.catalogue(), catalogue != page.catalogue,
            let query = try? CanonicalQuery(fields, catalogue: catalogue)
        else { return page }
        return page.asked(of: catalogue, query)
    }
}
