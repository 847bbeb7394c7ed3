import LIFConcurrency
import LIFModel

// MARK: - A query in the journal

extension QueryExecution {
    mutating func move(isAnnounced: Bool, _ now: Instant) {
        if case .looking = phase { perform(.cancelPages) }
        phase = .moving(isAnnounced: isAnnounced)
        isInJournal = true
        for page in pages.indices {
            pages[page].attempts = Attempts(begunAt: now)
            if case .looking = pages[page].state { reset(page) }
        }
        // It is not looked at twice.
        if let first, !pages.isEmpty, case .idle = pages[0].state { pages[0].look = first }
        first = nil
        perform(.accept(memory, isAnnounced: isAnnounced))
        memory = []
    }

    mutating func accepted(_ now: Instant) {
        guard case .moving(let isAnnounced) = phase else { return }
        phase = .running
        if case .left = waiting { return discard(.cancelled) }
        if isAnnounced {
            answer(.correlationID)
        } else if case .forID = waiting {
            perform(.announce)
        }
        append()
        startPages(now)
    }

    mutating func append() {
        guard case .running = phase, appending == nil, !unkept.isEmpty else { return }
        appending = unkept.count
        perform(.append(unkept))
        unkept = []
    }

    mutating func appended(_ isOurs: Bool, _ now: Instant) {
        guard let count = appending else { return }
        appending = nil
        if case .discarding = phase { return }
        if !isOurs { return lost() }
        keptCount += count
        guard case .running = phase else { return }
        append()
        for page in pages.indices {
            switch pages[page].state {
            case .landing(let mark) where mark <= keptCount: done(page)
            case .refused(let mark, let error) where mark <= keptCount:
                tryAgain(page, after: error, isPlan: true, now)
            default: break
            }
        }
        startPages(now)
    }

    mutating func appendFailed(_ error: LIFError) {
        let count = appending ?? 0
        appending = nil
        // Of what landed before an earlier fault nothing is waited for.
        if count > 0 { storeFailed(error) } else { append() }
    }

    /// Another process works on the query, or has removed it as its client did not know it.
    mutating func lost() {
        switch waiting {
        case .forAnswer, .forID: end(.failed(QueryPlanner.expired), isLost: true)
        case .left, .nobody: end(isLost: true)
        }
    }

    mutating func counted(_ parts: [AnswerPart]) {
        guard case .concluding = phase else { return }
        guard let fault = Availability.fault(of: parts, refusal: refusal) else {
            return finish(.completed)
        }
        finish(.failed(code: fault.code.rawValue, message: fault.message))
    }

    mutating func finish(_ state: ProcessedRequest.State) {
        phase = .finishing(state)
        perform(.finish(state))
    }

    mutating func finished(_ isOurs: Bool) {
        guard case .finishing(let state) = phase else { return }
        if !isOurs { return lost() }
        switch (waiting, state) {
        case (.forAnswer, .failed(let code, let message)):
            discard(
                .failed(
                    LIFError(
                        LIFError.Code(rawValue: code) ?? .sourcesNotAvailable, message, blame: .source,
                        isRetryable: true)))
        case (.forAnswer, _): end(.kept)
        case (.forID, _): phase = .announcing
        case (.left, _), (.nobody, _): end()
        }
    }

    // MARK: - Faults of the store

    /// What was landing is not known: pages begin anew when the store works, with what has landed by then.
    mutating func storeFailed(_ error: LIFError) {
        switch phase {
        case .opening, .running, .concluding: break
        case .finishing(let state): return waitForStore(error, state)
        case .looking, .moving, .waitingForStore, .discarding, .announcing, .ended: return
        }
        (unkept, landedCount, keptCount) = ([], 0, 0)
        if appending != nil { appending = 0 }
        for page in pages.indices {
            if case .done = pages[page].state { continue }
            reset(page)
        }
        perform(.cancelPages)
        if error.code == .outputReadException { readFaults += 1 }
        if readFaults >= Self.readFaultLimit {
            return finish(.failed(code: error.code.rawValue, message: error.message))
        }
        waitForStore(error, nil)
    }

    mutating func waitForStore(_ error: LIFError, _ state: ProcessedRequest.State?) {
        phase = .waitingForStore(state)
        storeFailures += 1
        perform(.waitForStore(error, terms.retry.pause(after: storeFailures)))
    }

    mutating func storePaused() {
        guard case .waitingForStore(let state) = phase else { return }
        // Nothing is fetched again before it can be kept.
        if let state { finish(state) } else { perform(.tryStore) }
    }

    mutating func storeTried(_ error: LIFError?, _ now: Instant) {
        guard case .waitingForStore = phase else { return }
        if let error { return waitForStore(error, nil) }
        if terms.client == .none, pages.isEmpty {
            phase = .opening
            return perform(.open)
        }
        run(now)
    }
}
