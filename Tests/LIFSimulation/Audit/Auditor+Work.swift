/// What was seen of one accepted query or job.
struct WorkRecord: Sendable {
    /// `nil` for a job.
    var question: Question?
    var callbacks: Set<String> = []
    /// How many parts it has; `nil` for a query, whose parts follow from the configuration.
    var partCount: Int?
    var end: String?
    var outcomes: [String: SeenPart] = [:]
    var positions: [Int: String] = [:]
    var readers: [Int: [Int]] = [:]

    /// It may go on: what failed may have another outcome now.
    mutating func runAgain() {
        end = nil
        let failed = Set(outcomes.filter { $0.value.hasFailures }.keys)
        for name in failed { outcomes[name] = nil }
        positions = positions.filter { !failed.contains($0.value) }
        // Positions of the failed parts are gone; readers begin anew.
        readers = [:]
    }
}

// MARK: - What was accepted

extension Auditor {
    mutating func accept(_ id: String, _ key: String?, _ callbacks: Set<String>, _ parts: [SeenPart]) {
        if let key {
            if let first = jobsByKey[key], first != id {
                found(.acceptedOnce, "the key \(key) has two jobs: \(first.short) and \(id.short)")
            }
            jobsByKey[key] = id
        }
        if work[id] == nil { work[id] = WorkRecord(callbacks: callbacks, partCount: parts.count) }
    }

    mutating func note(_ id: String, _ end: String?) {
        guard let record = work[id] else { return }
        if let former = record.end, former != end {
            found(.endsOnce, "\(id.short) had ended as \(former), and is \(end ?? "open") now")
        }
        work[id]?.end = end ?? record.end
    }

    /// A part of accepted work.
    mutating func note(_ id: String, _ part: SeenPart, _ now: Double) {
        guard let record = work[id] else { return }
        if let known = record.outcomes[part.name], known != part {
            found(.oneOutcome, "\(part.name) of \(id.short) was \(known.text), and is \(part.text) now")
        }
        work[id]?.outcomes[part.name] = part
        checkData(part)
        if let question = record.question { checkAge(part, question, isKept: true, now) }
    }

    mutating func note(_ id: String, _ reader: Int, _ position: Int, _ part: SeenPart, _ now: Double) {
        note(id, part, now)
        guard let record = work[id] else { return }
        if let known = record.positions[position], known != part.name {
            found(.feed, "position \(position) of \(id.short) is \(known) and \(part.name)")
        }
        let read = record.readers[reader] ?? []
        if let last = read.last, position <= last {
            found(.feed, "a reader of \(id.short) gets position \(position) after \(last)")
        }
        if read.contains(where: { record.positions[$0] == part.name }) {
            found(.feed, "a reader of \(id.short) gets \(part.name) twice")
        }
        work[id]?.positions[position] = part.name
        work[id]?.readers[reader] = read + [position]
    }

    mutating func endFeed(_ id: String, _ reader: Int, _ end: String) {
        note(id, end)
        guard let record = work[id] else { return }
        let read = Set((record.readers[reader] ?? []).compactMap { record.positions[$0] })
        let all = record.partCount.map { (0..<$0).map { "part \($0)" } } ?? Array(record.outcomes.keys)
        for name in all.sorted() where !read.contains(name) {
            found(.feed, "a reader of \(id.short) came to its end without \(name)")
        }
    }
}

extension SeenPart {
    var text: String { "\(outcome) \(items.map(\.description).sorted())" }
}
