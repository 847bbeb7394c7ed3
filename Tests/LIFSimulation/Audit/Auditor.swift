/// Finds what no client may ever see, from what clients saw and sources served alone. Pure.
struct Auditor: Sendable {
    enum Rule: String, CaseIterable, Sendable {
        /// What was accepted ends.
        case ends
        /// What has ended stays as it ended.
        case endsOnce = "ends-once"
        /// One idempotency key is one job.
        case acceptedOnce = "accepted-once"
        /// A part has one outcome, whoever asks and how often.
        case oneOutcome = "one-outcome"
        /// A feed has no gap and no repetition.
        case feed
        /// No data of a learner or a source under another, and none that no source has served.
        case ownData = "own-data"
        /// Newer data is never replaced by older.
        case newestStays = "newest-stays"
        /// Data is as young as its source's time to live, or the client, asks for.
        case age
        /// No answer has data that a former configuration has shaped.
        case configuration
        /// Each callback that is owed is delivered.
        case callbacks
        /// No more fetches at a source at a time than its limit.
        case limits
        /// Who waits gets an answer in time.
        case inTime = "in-time"
        /// Errors are those that the troubles explain.
        case errors
    }

    struct Violation: Sendable, CustomStringConvertible {
        let rule: Rule
        let text: String

        var description: String { "\(rule.rawValue): \(text)" }
    }

    /// Whether the limit of a source is one for all processes together; else each has its own.
    static let limitsAreShared = false

    let scenario: Scenario
    /// How often what was seen, in words: whether a scenario has shown anything at all.
    var counts: [String: Int] = [:]
    private(set) var violations: [Violation] = []
    private(set) var isClockMoved = false
    var served = ServedData()
    var work: [String: WorkRecord] = [:]
    var jobsByKey: [String: String] = [:]
    var fetches: [FetchPlace: Set<Int>] = [:]
    var limits: [FetchPlace: [(since: Double, limit: Int)]] = [:]
    var configurations: [FetchPlace: [(since: Double, origin: Int)]] = [:]
    /// What was seen of a key, and when.
    var sightings: [Key: [Sighting]] = [:]
    var lastDisturbance = -1_000.0
    var taken: [String: Set<String>] = [:]

    struct FetchPlace: Hashable, Sendable {
        let source: String
        let process: ProcessNumber
    }

    struct Sighting: Sendable {
        let version: Int
        let origin: Int
        let time: Double
    }

    init(_ scenario: Scenario) { self.scenario = scenario }

    mutating func found(_ rule: Rule, _ text: String) { violations.append(Violation(rule: rule, text: text)) }

    /// - Returns: What is wrong with it.
    mutating func take(_ event: Observation, at now: Double) -> [Violation] {
        let known = violations.count
        count(event)
        switch event {
        case .fetchBegan, .fetchEnded, .limited: count(event, now)
        case .served(let item, let process): served.add(item, process, now)
        case .planned(let number, let source, let learner, let process):
            served.plan(number, ServedData.Plan(source: source, learner: learner, process: process), now)
        case .planEnded(let number): served.endPlan(number)
        case .delivered(let job, let kind, let status): taken[job, default: []].insert("\(kind) \(status)")
        case .posted(let part): checkData(part)
        case .answered(let question, let process, let parts):
            check(question, parts, now)
            checkOrigins(of: parts, question, process)
        case .configured(let source, let process, let origin):
            configurations[FetchPlace(source: source, process: process), default: []].append((now, origin))
        case .queryAccepted(let id, let question):
            work[id] = WorkRecord(question: question)
            if now - question.time > question.wait + Self.patience, mayBeLate {
                found(.inTime, "an id came \(now - question.time) s after a question that waits \(question.wait) s")
            }
        case .jobAccepted(let id, let key, let callbacks, let parts):
            accept(id, key, callbacks, parts)
        case .status(let id, let end): note(id, end)
        case .unknown(let id): found(.ends, "\(id.short) was accepted, and is not known")
        case .event(let id, let reader, let position, let part): note(id, reader, position, part, now)
        case .feedEnded(let id, let reader, let end): endFeed(id, reader, end)
        case .result(let id, let parts): for part in parts { note(id, part, now) }
        case .retried(let id): work[id]?.runAgain()
        case .refused(let code, let what):
            if Self.faults.contains(code) { found(.errors, "\(what) got \(code)") }
        case .stopped(let process):
            for place in fetches.keys where place.process == process { fetches[place] = nil }
        case .disturbed: lastDisturbance = now
        case .clockMoved: isClockMoved = true
        }
        return Array(violations[known...])
    }

    /// Codes that no trouble explains.
    private static let faults: Set<String> = ["InternalFault", "unknown", "late"]
    /// How much later than asked for an answer may come: stores and clients take time, too.
    static let patience = 8.0

    /// Whether answers come in time in this scenario.
    var mayBeLate: Bool { !scenario.has(.pauses) && !scenario.has(.storeFaults) && !scenario.has(.lostAnswers) }

    /// What is missing still: each accepted work's end, and the callbacks that follow from how it ended.
    var owes: [Violation] {
        var owes: [Violation] = []
        for (id, record) in work.sorted(by: { $0.key < $1.key }) {
            guard let end = record.end else {
                owes.append(Violation(rule: .ends, text: "\(id.short) was accepted, and has not ended"))
                continue
            }
            for kind in record.callbacks.sorted() {
                let isAlways = kind == "completion" || kind == "results"
                let isOwed = isAlways || (kind == "success") == (end == "COMPLETED")
                // Results do not name the job's end.
                if isOwed, taken[id]?.contains("\(kind) \(kind == "results" ? "" : end)") != true {
                    owes.append(
                        Violation(
                            rule: .callbacks,
                            text: "the \(kind) callback of \(id.short), which ended as \(end), was not delivered"))
                }
            }
        }
        return owes
    }

    /// To be called when all had their time.
    ///
    /// - Returns: What is wrong.
    mutating func end() -> [Violation] {
        let owes = owes
        violations += owes
        return owes
    }
}

extension String {
    /// Enough of an id to find it in a trace.
    var short: String { String(prefix(8)) }
}
