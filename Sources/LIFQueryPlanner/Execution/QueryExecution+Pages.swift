import Foundation
import LIFConcurrency
import LIFModel

// MARK: - The pages of a query

extension QueryExecution {
    func isCurrent(_ step: Step) -> Bool {
        switch phase {
        case .looking, .running, .moving: pages.indices.contains(step.page) && pages[step.page].number == step.number
        case .opening, .waitingForStore, .concluding, .finishing, .discarding, .announcing, .ended: false
        }
    }

    private func step(_ page: Int) -> Step { Step(page: page, number: pages[page].number) }

    /// The page is begun anew; what was under way for it changes nothing any more.
    mutating func reset(_ page: Int) {
        let (number, attempts) = (pages[page].number + 1, pages[page].attempts)
        pages[page] = Page()
        (pages[page].number, pages[page].attempts) = (number, attempts)
    }

    /// Begins as many pages as are worked on at the same time; after the last one the query is concluded.
    mutating func startPages(_ now: Instant) {
        guard case .running = phase else { return }
        var (active, isDone) = (0, true)
        for page in pages.indices {
            switch pages[page].state {
            case .done: continue
            case .idle:
                if active < Self.pagesAtOnce { start(page, now) }
            default: break
            }
            isDone = false
            active += 1
            if active >= Self.pagesAtOnce { return }
        }
        if isDone, unkept.isEmpty, appending ?? 0 == 0 { conclude() }
    }

    private mutating func start(_ page: Int, _ now: Instant) {
        pages[page].attempts = Attempts(begunAt: now)
        if isInJournal { enter(page, waits: false) } else { look(page) }
    }

    private mutating func enter(_ page: Int, waits: Bool) {
        pages[page].state = .entering
        perform(.enter(step(page), waits: waits))
    }

    mutating func look(_ page: Int, isPeek: Bool = false) {
        pages[page].state = .looking
        perform(.look(step(page), isPeek: isPeek))
    }

    /// There is no place. A page that needs no fetch passes without.
    mutating func full(_ page: Int) {
        if pages[page].look == nil { return look(page, isPeek: true) }
        pages[page].look = nil
        enter(page, waits: true)
    }

    mutating func entered(_ page: Int, _ now: Instant) {
        pages[page].hasPlace = true
        guard let look = pages[page].look else { return self.look(page) }
        run(look, of: page, now)
    }

    mutating func looked(_ page: Int, _ look: Look, _ now: Instant) {
        if page == 0, !isInJournal, first == nil { first = look }
        if case .looking = phase { return lookedThrough(page, look, now) }
        if isInJournal, !pages[page].hasPlace, !canAnswer(look) { return enter(page, waits: true) }
        run(look, of: page, now)
    }

    /// A page of an answer that the cache may have wholly.
    private mutating func lookedThrough(_ page: Int, _ look: Look, _ now: Instant) {
        pages[page].state = .idle
        if !canAnswer(look) { return lacking(look, now) }
        if pages.count == 1 {
            phase = .running
            return run(look, of: page, now)
        }
        summary.add(kept(look), couldTell: look.question.couldTell)
        revalidate(look)
        if page + 1 < pages.count { self.look(page + 1) } else { end(.cached(summary)) }
    }

    /// Whether what the cache has is the whole answer.
    private func canAnswer(_ look: Look) -> Bool { look.delta.isEmpty && unconfigured(look.question).isEmpty }

    /// What no source supplies, and a LIF Cache elsewhere may have.
    private func unconfigured(_ question: Question) -> [RecordCacheRules.Gap] {
        if !terms.hasRecords { return [] }
        return RecordCacheRules.unconfigured(
            question.query.paths, learners: question.learners, catalogue: question.catalogue)
    }

    private func kept(_ look: Look) -> [LandedPart] {
        look.delta.states.lazy.filter { $0.isFresh || $0.isServedStale }.map {
            LandedPart($0, firstLearner: look.question.firstLearner)
        }
    }

    private mutating func revalidate(_ look: Look) {
        if !look.delta.revalidations.isEmpty { perform(.revalidate(look)) }
    }

    // MARK: - Fetching

    /// Lands what is kept, and has the rest fetched.
    mutating func run(_ look: Look, of page: Int, _ now: Instant) {
        pages[page].state = .running
        pages[page].look = look
        pages[page].landed = look.landed
        revalidate(look)
        let gaps = unconfigured(look.question)
        let missing = look.delta.states.filter { !$0.isFresh && !$0.isServedStale }
        isFetched = isFetched || !missing.isEmpty || !gaps.isEmpty
        pages[page].states = Dictionary(grouping: missing, by: \.pair.key)
        land(kept(look), of: page)
        if !gaps.isEmpty { fill(page, .unconfigured, gaps) }
        if missing.isEmpty { return sourcesDone(page, now) }
        if patience == nil { patience = (now + terms.timeout / 2, now + terms.timeout) }
        fetch(page, PageWork.distinct(missing.map(\.pair.key)))
    }

    private mutating func fetch(_ page: Int, _ keys: [FragmentKey]) {
        guard let look = pages[page].look else { return }
        pages[page].state = .running
        pages[page].open = Set(keys)
        pages[page].refused = []
        perform(.fetch(step(page), keys, look))
    }

    mutating func landed(
        _ page: Int, _ keys: [FragmentKey], _ outcome: Outcome, _ startedAt: Date, _ error: LIFError?, _ now: Instant
    ) {
        let keys = keys.filter { pages[page].open.remove($0) != nil }
        if keys.isEmpty { return }
        if let error, error.isPlanRefusal {
            // They are last: who keeps what has landed when its time is up keeps none of them.
            pages[page].refused += keys.map { ($0, error) }
        } else {
            note(error, of: page)
            land(parts(keys, of: page, outcome, startedAt), of: page)
        }
        if pages[page].open.isEmpty { fetched(page, now) }
    }

    private func parts(_ keys: [FragmentKey], of page: Int, _ outcome: Outcome, _ startedAt: Date) -> [LandedPart] {
        guard let firstLearner = pages[page].look?.question.firstLearner else { return [] }
        return keys.flatMap { key in
            (pages[page].states[key] ?? []).map {
                LandedPart($0, outcome, startedAt: startedAt, firstLearner: firstLearner)
            }
        }
    }

    /// - Parameter error: A plan that was refused is no fault of who asked the query.
    private mutating func note(_ error: LIFError?, of page: Int) {
        if let error, error.blame != .caller { pages[page].error = pages[page].error ?? error }
    }

    /// Each pair has landed or was refused.
    private mutating func fetched(_ page: Int, _ now: Instant) {
        let refused = pages[page].refused
        guard let refusal = (refused.first { $0.error.mayPass } ?? refused.first)?.error else {
            return sourcesDone(page, now)
        }
        if isInJournal {
            // The next look sees what is kept.
            if landedCount > keptCount {
                pages[page].state = .refused(landedCount, refusal)
            } else {
                tryAgain(page, after: refusal, isPlan: true, now)
            }
            return
        }
        pages[page].attempts.refusals += 1
        missing(refused.filter { !$0.error.mayPass }, of: page)
        pages[page].refused.removeAll { !$0.error.mayPass }
        let later = pages[page].refused
        if later.isEmpty { return sourcesDone(page, now) }
        let hasStale = later.allSatisfy { pages[page].states[$0.key]?.allSatisfy(\.isUsableOnFailure) ?? true }
        let end = hasStale ? patience?.staleFrom : patience?.end
        if let end, now >= end {
            missing(later, of: page)
            return sourcesDone(page, now)
        }
        let pause = now + Self.offers.pause(after: pages[page].attempts.refusals, retryAfter: refusal.retryAfter)
        self.pause(page, until: min(pause, end ?? pause))
    }

    /// What was refused has failed, or is stale.
    private mutating func missing(_ refused: [(key: FragmentKey, error: LIFError)], of page: Int) {
        for (key, error) in refused {
            note(error, of: page)
            land(parts([key], of: page, .refused(error), .distantPast), of: page)
        }
    }

    private mutating func pause(_ page: Int, until: Instant) {
        pages[page].state = .paused
        leave(page)
        perform(.pause(step(page), until: until))
    }

    /// A pause is over.
    mutating func goOn(_ page: Int, _ now: Instant) {
        if !isInJournal { return fetch(page, pages[page].refused.map(\.key)) }
        reset(page)
        guard case .running = phase else { return }
        // Sources, and what has landed, may be others by now.
        enter(page, waits: false)
    }

    // MARK: - Trying again

    /// Where the query is in the journal: what was refused or has failed is tried again from the look on, for as long as that may help.
    mutating func tryAgain(_ page: Int, after error: LIFError, isPlan: Bool, _ now: Instant) {
        switch nextStep(after: error, isPlan: isPlan, &pages[page].attempts, now) {
        case nil: storeFailed(error)
        case .again(let pause): self.pause(page, until: now + pause)
        case .noAttemptsLeft, .noTimeLeft:
            pages[page].state = .givingUp
            note(error, of: page)
            perform(.giveUp(step(page), error))
        }
    }

    /// Always again what this process refused itself, for a day what an orchestrator elsewhere refuses for now, and some times what a
    /// neighbour's fault, or its other configuration, has ended.
    ///
    /// - Parameter isPlan: A plan was refused.
    /// - Returns: `nil` for a fault of the store.
    func nextStep(
        after error: LIFError, isPlan: Bool, _ attempts: inout Attempts, _ now: Instant
    ) -> RetryPolicy.Step? {
        if error.isStorageFault { return nil }
        var policy = terms.retry
        if error.isOwnRefusal || isPlan && error.isRetryable {
            attempts.refusals += 1
            (policy.time, policy.longestRetryAfter) = (Self.refusalTolerance, .seconds(60))
            let elapsed = error.isOwnRefusal ? .zero : now - (attempts.begunAt ?? now)
            return policy.step(after: attempts.refusals, elapsed: elapsed, retryAfter: error.retryAfter)
        }
        guard isPlan || error.isRetryable else { return .noAttemptsLeft }
        attempts.faults += 1
        policy.attempts = Self.neighbourFaults
        return policy.step(after: attempts.faults)
    }

    mutating func lookFailed(_ page: Int, _ error: LIFError, _ now: Instant) {
        if !isInJournal { return end(.failed(error)) }
        tryAgain(page, after: error, isPlan: false, now)
    }

    /// Where a neighbour that the whole page needs stays away, as the Identity Mapper, its parts are missing.
    mutating func givenUp(_ page: Int, _ parts: [LandedPart], _ now: Instant) {
        land(parts, of: page)
        landed(page, now)
    }

    // MARK: - A LIF Cache elsewhere, and the end of a page

    private mutating func fill(_ page: Int, _ reason: RecordCacheRules.Gap.Reason, _ gaps: [RecordCacheRules.Gap]) {
        guard let question = pages[page].look?.question else { return }
        pages[page].asked.insert(reason)
        perform(.fill(step(page), reason, gaps, question))
    }

    mutating func filled(
        _ page: Int, _ reason: RecordCacheRules.Gap.Reason, _ filling: RecordCacheFallback.Filling, _ now: Instant
    ) {
        pages[page].fillings[reason] = filling
        if pages[page].open.isEmpty, case .filling = pages[page].state { recordsDone(page, now) }
    }

    private mutating func sourcesDone(_ page: Int, _ now: Instant) {
        pages[page].state = .filling
        if terms.hasRecords {
            let gaps = RecordCaching.failed(pages[page].landed)
            if !gaps.isEmpty { fill(page, .failed, gaps) }
        }
        recordsDone(page, now)
    }

    private mutating func recordsDone(_ page: Int, _ now: Instant) {
        let fillings = pages[page].fillings
        guard pages[page].asked.count == fillings.count else { return }
        let landed = pages[page].landed
        land([fillings[.unconfigured], fillings[.failed]].flatMap { $0?.landed ?? [] }, of: page)
        note(fillings[.unconfigured]?.error, of: page)
        note(fillings[.failed]?.error, of: page)
        if terms.hasRecords, let question = pages[page].look?.question { perform(.write(landed, question)) }
        self.landed(page, now)
    }

    /// Each part of the page has landed.
    private mutating func landed(_ page: Int, _ now: Instant) {
        refusal = refusal ?? pages[page].error
        if isInJournal, landedCount > keptCount {
            pages[page].state = .landing(landedCount)
        } else {
            done(page)
        }
        startPages(now)
    }

    mutating func done(_ page: Int) {
        leave(page)
        pages[page] = Page(number: pages[page].number + 1)
        pages[page].state = .done
    }

    private mutating func leave(_ page: Int) {
        guard pages[page].hasPlace else { return }
        pages[page].hasPlace = false
        perform(.leave(page: page))
    }
}

extension LIFError {
    /// A plan, or some of its parts, was not run: by an orchestrator that is full or away, or whose configuration is another one.
    /// That says nothing about the sources, so it is no outcome of theirs while it may pass.
    var isPlanRefusal: Bool { mayPass || reason == .operatorNotFound }

    /// The same may be taken later. Else the orchestrator does not know what the plan names: another plan may be taken, once both
    /// have the same configuration.
    var mayPass: Bool { isOwnRefusal || isRetryable }
}

extension Outcome {
    /// Of what was not fetched because a plan was not run.
    static func refused(_ error: LIFError) -> Outcome {
        Outcome(
            .failed(Failure(error.reason ?? .unreachable, error.message)), finishedAt: .distantPast, duration: .zero)
    }
}
