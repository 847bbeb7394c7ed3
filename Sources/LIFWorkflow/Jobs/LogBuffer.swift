import Foundation
import LIFModel

/// Log entries that are not written yet, at most `capacity` of them. When there are more the oldest go; for each job it is
/// known how many, and an entry says so.
struct LogBuffer: Sendable {
    struct Item: Sendable {
        let entry: JobLogEntry
        /// How many entries are lost when this one is.
        let weight: Int
    }

    private struct Loss: Sendable {
        var count: Int
        var at: Date
    }

    private let capacity: Int
    private var entries: [JobLogEntry] = []
    /// Where the entries begin in the array: its front is cut off now and then only.
    private var start = 0
    private var lost: [JobID: Loss] = [:]
    /// How many were appended ever, and how many of these wait no longer.
    private(set) var appended = 0
    private(set) var taken = 0

    init(capacity: Int) { self.capacity = max(capacity, 1) }

    /// Nothing is to be written.
    var isEmpty: Bool { start == entries.count && lost.isEmpty }

    mutating func append(_ entry: JobLogEntry) {
        entries.append(entry)
        appended += 1
        if entries.count - start > capacity { lose(Item(entry: popFirst(), weight: 1)) }
    }

    private mutating func popFirst() -> JobLogEntry {
        defer {
            start += 1
            taken += 1
            if start == entries.count || start > capacity {
                entries.removeFirst(start)
                start = 0
            }
        }
        return entries[start]
    }

    /// Notes that an entry will not be kept.
    mutating func lose(_ item: Item) {
        let job = item.entry.job
        // What is noted must not grow without a bound either.
        guard lost[job] != nil || lost.count < capacity else { return }
        lost[job, default: Loss(count: 0, at: item.entry.at)].count += item.weight
    }

    /// Takes the oldest entries, each after the one that says what is missing before it.
    mutating func take(_ limit: Int) -> [Item] {
        var items: [Item] = []
        while items.count < limit, start < entries.count {
            let entry = popFirst()
            if let loss = lost.removeValue(forKey: entry.job) { items.append(Self.note(loss, of: entry.job)) }
            items.append(Item(entry: entry, weight: 1))
        }
        while items.count < limit, let (job, loss) = lost.popFirst() { items.append(Self.note(loss, of: job)) }
        return items
    }

    private static func note(_ loss: Loss, of job: JobID) -> Item {
        let what = loss.count == 1 ? "1 entry is" : "\(loss.count) entries are"
        return Item(
            entry: JobLogEntry(
                job: job, at: loss.at, level: .warning, event: "entries-missing",
                message: "\(what) missing here: the log could not be kept as fast as it came, or the disk was full."),
            weight: loss.count)
    }
}
