/// What the sources have served.
struct ServedData: Sendable {
    struct Serving: Sendable {
        let readAt: Double
        /// When the planner got the plan for which it was perhaps fetched; `nil` when it was fetched for a job.
        let plannedAt: Double?
    }

    /// Whom a planner's plan asks, and about whom.
    struct Plan: Hashable, Sendable {
        let source: String
        let learner: Int
        let process: ProcessNumber
    }

    private(set) var servings: [Item: [Serving]] = [:]
    /// Those that go on, with their beginnings.
    private var plans: [Plan: [Int: Double]] = [:]

    mutating func plan(_ number: Int, _ plan: Plan, _ now: Double) { plans[plan, default: [:]][number] = now }

    mutating func endPlan(_ number: Int) {
        for plan in plans.keys { plans[plan]?[number] = nil }
    }

    mutating func add(_ item: Item, _ process: ProcessNumber, _ now: Double) {
        let plan = Plan(source: item.key.source, learner: item.key.learner, process: process)
        servings[item, default: []].append(Serving(readAt: now, plannedAt: plans[plan]?.values.min()))
    }

    func lastReading(of item: Item) -> Double? { servings[item]?.map(\.readAt).max() }
    func firstPlanning(of item: Item) -> Double? { servings[item]?.compactMap(\.plannedAt).min() }
}

// MARK: - Data, and how old it is

extension Auditor {
    /// The answer to a question whose client has waited.
    mutating func check(_ question: Question, _ parts: [SeenPart], _ now: Double) {
        if now - question.time > question.wait + Self.patience, mayBeLate {
            found(.inTime, "an answer came \(now - question.time) s after a question that waits \(question.wait) s")
        }
        for part in parts {
            checkData(part)
            checkAge(part, question, isKept: false, now)
        }
    }

    mutating func checkData(_ part: SeenPart) {
        for item in part.items {
            if item.key.learner != part.learner || item.key.source != part.source
                || part.path.map({ $0 != item.key.path }) ?? false
            {
                found(.ownData, "\(item) stands in \(part.name) of learner \(part.learner) and \(part.source)")
            } else if served.servings[item] == nil {
                found(.ownData, "\(item) was never served")
            }
        }
    }

    /// - Parameter isKept: The answer may be read long after it was made.
    mutating func checkAge(_ part: SeenPart, _ question: Question, isKept: Bool, _ now: Double) {
        // Whoever moves the clock moves what is fresh, too.
        if isClockMoved { return }
        for item in part.items {
            guard let read = served.lastReading(of: item) else { continue }
            let oldest = question.time - tolerance(part, question)
            if read < oldest {
                found(
                    .age,
                    "\(item) was read by its source for the last time \(question.time - read) s before a question "
                        + "that takes \(question.maximumAge.map { "\($0) s" } ?? "what is fresh"), and is \(part.outcome)"
                )
            }
            if !isKept { checkOrder(item, question, now) }
        }
    }

    private func tolerance(_ part: SeenPart, _ question: Question) -> Double {
        let skew = 2 * (scenario.skews.map(abs).max() ?? 0) + 0.5
        switch part.outcome {
        // For lack of anything younger: the source failed.
        case "stale": return Scenario.longestTimeToLive + 30 + skew
        case "fetched" where question.maximumAge == nil:
            // Together with a fetch that others had begun, and that had to wait for its turn.
            return Scenario.longestTimeToLive + 60 + skew
        default: return (question.maximumAge ?? Scenario.longestTimeToLive) + skew
        }
    }

    /// What was fetched wholly before another that was seen must not come back after it.
    private mutating func checkOrder(_ item: Item, _ question: Question, _ now: Double) {
        // It is in the store by then.
        let settled = question.time - 2
        if let read = served.lastReading(of: item) {
            for seen in sightings[item.key] ?? [] where seen.time < settled && seen.version > item.version {
                let newer = Item(key: item.key, version: seen.version, origin: seen.origin)
                // A store that failed, or a process that died, may have lost it.
                guard let begun = served.firstPlanning(of: newer), read < begun, lastDisturbance < begun - 60,
                    scenario.skews.allSatisfy({ $0 == 0 })
                else { continue }
                found(
                    .newestStays,
                    "\(item) is the answer to a question that came \(question.time - seen.time) s after an "
                        + "answer with version \(seen.version)")
                break
            }
        }
        sightings[item.key, default: []].append(Sighting(version: item.version, origin: item.origin, time: now))
    }

    /// Who asks a process that has taken another configuration gets nothing that a former one has shaped.
    mutating func checkOrigins(of parts: [SeenPart], _ question: Question, _ process: ProcessNumber) {
        for item in parts.flatMap(\.items) {
            let taken = configurations[FetchPlace(source: item.key.source, process: process)] ?? []
            guard let last = taken.last(where: { $0.since < question.time }), item.origin < last.origin else {
                continue
            }
            found(.configuration, "\(item) is in an answer by process \(process), which has origin \(last.origin)")
        }
    }

    // MARK: - Limits

    mutating func count(_ event: Observation, _ now: Double) {
        switch event {
        case .fetchBegan(let number, let source, let process):
            fetches[FetchPlace(source: source, process: process), default: []].insert(number)
            let places =
                Self.limitsAreShared
                ? fetches.keys.filter { $0.source == source } : [FetchPlace(source: source, process: process)]
            let running = places.reduce(0) { $0 + (fetches[$1]?.count ?? 0) }
            if let limit = places.compactMap({ limit(at: $0, now) }).max(), running > limit {
                found(.limits, "\(running) fetches at \(source) at a time, of \(limit), with one of process \(process)")
            }
        case .fetchEnded(let number, let source, let process):
            fetches[FetchPlace(source: source, process: process)]?.remove(number)
        case .limited(let source, let process, let limit):
            limits[FetchPlace(source: source, process: process), default: []].append((now, limit))
        default: break
        }
    }

    /// The highest that held while what runs now may have begun: that goes on when the limit is lowered.
    private func limit(at place: FetchPlace, _ now: Double) -> Int? {
        let limits = limits[place] ?? []
        return limits.indices.filter { index in
            index + 1 == limits.count || limits[index + 1].since > now - Self.longestFetch
        }.map { limits[$0].limit }.max()
    }

    private static let longestFetch = 30.0

    // MARK: - What a scenario has shown

    mutating func count(_ event: Observation) {
        switch event {
        case .answered(_, _, let parts):
            for part in parts { counts["answered \(part.outcome)", default: 0] += 1 }
        case .event(_, _, _, let part):
            counts["event \(part.outcome.prefix { $0 != ":" && $0 != "," })", default: 0] += 1
        case .feedEnded(_, _, let end): counts["feed ended \(end)", default: 0] += 1
        case .queryAccepted: counts["accepted query", default: 0] += 1
        case .jobAccepted: counts["accepted job", default: 0] += 1
        case .retried: counts["job run again", default: 0] += 1
        case .delivered(_, let kind, _): counts["callback \(kind)", default: 0] += 1
        case .refused(let code, _): counts["refused \(code)", default: 0] += 1
        default: break
        }
    }
}
