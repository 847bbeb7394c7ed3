import Foundation
import LIFJSON
import LIFJournal
import LIFModel

/// The head is `{"kind":…,"learner_known":…,"elapsed":…}` and what there is of `timestamp`, `failure` and `failures`.
extension TaskOutput {
    func handOver(from task: WorkflowTask.ID, attempt: Int) -> HandOver {
        let (kind, data): (String, [UInt8]?) =
            switch content {
            case .document(let json): ("document", Array(json.bytes))
            case .fragments(let fragments): ("fragments", Array(fragments.json.bytes))
            case .failed: ("failed", nil)
            }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("kind", kind)
            writer.member("learner_known", learnerKnown)
            writer.member("elapsed", Int(elapsed.inNanoseconds))
            // To the bit: it decides which of two states of the data is the newer one.
            writer.member("timestamp", dataTimestamp.map { "\($0.timeIntervalSinceReferenceDate.bitPattern)" })
            if case .failed(let failure) = content {
                writer.name("failure")
                writer.object { writer in
                    writer.member("reason", failure.reason.rawValue)
                    writer.member("message", failure.message)
                    if let attempts = failure.attempts { writer.member("attempts", attempts) }
                }
            }
            if !failures.isEmpty {
                writer.name("failures")
                writer.value(failures)
            }
        }
        return HandOver(task: task.text, group: task.part, attempt: attempt, head: writer.bytes, data: data)
    }

    /// - Throws: `LIFError` `OutputReadException` for what no version has written.
    init(_ handOver: HandOver) throws {
        let what = "a task's output"
        let head = try RawJSON(kept: handOver.head, of: what)
        let content: Content
        switch head["kind"]?.string {
        case "document": content = .document(try RawJSON(kept: handOver.data ?? [], of: what))
        case "fragments": content = .fragments(try [Fragment](json: handOver.data ?? [], of: what))
        case "failed":
            let failure = head["failure"]
            content = .failed(
                Failure(
                    failure?["reason"]?.string.flatMap(Failure.Reason.init(rawValue:)) ?? .internal,
                    failure?["message"]?.string ?? "", attempts: failure?["attempts"].flatMap { Int($0.text) }))
        default: throw LIFError.damaged(what)
        }
        self.init(
            content, learnerKnown: head["learner_known"]?.text == "true",
            dataTimestamp: head["timestamp"]?.string.flatMap { UInt64($0) }
                .map { Date(timeIntervalSinceReferenceDate: Double(bitPattern: $0)).inCalendar },
            elapsed: .nanoseconds(head["elapsed"].flatMap { Int64($0.text) } ?? 0),
            failures: head["failures"].map { [FragmentPath: Failure](json: $0) } ?? [:])
    }
}

extension OutcomeSummary {
    init(_ part: JournalPart) {
        let kind = Kind(rawValue: part.outcome) ?? .failed
        self.init(
            kind: kind, items: part.items, failure: kind == .failed ? part.failure ?? Failure(.internal, "") : nil,
            finishedAt: part.at ?? .distantPast, duration: part.duration ?? .zero, failures: part.pathFailures)
    }
}
