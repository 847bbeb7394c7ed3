import LIFModel

// MARK: - The client of a query

extension QueryExecution {
    /// The cache does not have all of the answer: whether its client waits, gets a correlation id at once, or nothing.
    mutating func lacking(_ look: Look, _ now: Instant) {
        guard case .limited(let wait, let asynchrony) = terms.client else { return end(.nothing) }
        // The organisation's own records are near, and a client that comes back for its answer must get one at once.
        let needsOthers = pages.count > 1 || look.delta.missing.contains { !$0.source.isOwnRecords }
        let goesOnAtOnce =
            switch asynchrony {
            case .refused: false
            case .allowed: !isSmall
            case .preferred: needsOthers
            }
        let limit = min(wait, terms.timeout)
        let end = terms.arrivedAt + (limit <= .zero && !needsOthers ? terms.timeout : limit)
        if goesOnAtOnce || now >= end { return move(isAnnounced: true, now) }
        if pages.count > 1 { return move(isAnnounced: false, now) }
        patience = (now + (end - now) / 2, nil)
        phase = .running
        run(look, of: 0, now)
    }

    /// Whether a query is small enough to wait for, judged by its first page.
    private var isSmall: Bool {
        guard let first else { return true }
        let share =
            Double(terms.learnerCount) / Double(min(terms.learnerCount, Question.learnersPerPage))
        let plan = SourceMetadataLoader.plan(
            PageWork.distinct(first.delta.missing.map(\.key)), catalogue: first.question.catalogue)
        return terms.limits.allow(
            learners: terms.learnerCount, parts: Int(Double(plan.parts.count) * share),
            volume: Int(Double(first.expectedVolume) * share))
    }

    mutating func timeUp(_ now: Instant) {
        guard case .forAnswer = waiting, case .limited = terms.client else { return }
        switch phase {
        case .looking, .running:
            if isInJournal { announce() } else { move(isAnnounced: true, now) }
        case .moving: waiting = .forID
        case .waitingForStore, .concluding, .finishing: announce()
        case .opening, .discarding, .announcing, .ended: break
        }
    }

    mutating func announce() {
        waiting = .forID
        perform(.announce)
    }

    mutating func announced(_ reply: Reply) {
        guard case .forID = waiting else { return }
        switch phase {
        case .announcing: end(reply)
        case .discarding: break
        default: answer(reply)
        }
    }

    mutating func clientLeft() {
        switch (waiting, phase) {
        case (.nobody, _), (.left, _): break
        case (_, .moving): waiting = .left
        case (_, .discarding): phase = .discarding(.cancelled)
        default:
            if isInJournal { discard(.cancelled) } else { end(.cancelled) }
        }
    }

    mutating func stopped() {
        switch (waiting, phase) {
        case (_, .discarding), (_, .moving), (.left, _): break
        // The query is left to another process, or the next start: its client must be able to find it.
        case (.forAnswer, _) where isInJournal:
            announce()
            fallthrough
        case (.forID, _) where isInJournal:
            phase = .announcing
            perform(.cancelPages)
        case (.forAnswer, _), (.forID, _): end(.cancelled)
        case (.nobody, _): end()
        }
    }

    mutating func answer(_ reply: Reply) {
        waiting = .nobody
        perform(.reply(reply))
    }

    /// - Parameter reply: For the client, if one still waits.
    mutating func end(_ reply: Reply? = nil, isLost: Bool = false) {
        if let reply { answer(reply) }
        phase = .ended
        perform(.end(isLost: isLost))
    }

    mutating func discard(_ reply: Reply) {
        phase = .discarding(reply)
        perform(.cancelPages)
        perform(.discard)
    }
}
