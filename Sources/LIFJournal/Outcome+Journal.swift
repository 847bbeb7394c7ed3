import Foundation
import LIFJSON
package import LIFModel

extension Outcome {
    /// The outcome of a part of a plan, as a journal keeps it.
    package func journaled(part: Int) -> JournalPart {
        var (word, known, content) = ("failed", true, JournalPart.Content.none)
        switch result {
        case .data(let fragments): (word, content) = ("data", .json(Array(fragments.json.bytes)))
        case .empty(let learnerKnown): (word, known) = ("empty", learnerKnown)
        case .failed: break
        }
        return JournalPart(
            group: part, outcome: word, items: fragments.reduce(0) { $0 + $1.content.count }, isLearnerKnown: known,
            at: finishedAt, dataTimestamp: dataTimestamp, duration: duration, failure: failure, pathFailures: failures,
            content: content)
    }

    /// - Throws: `LIFError` `OutputReadException` for a part that no version has written.
    package init(_ part: JournalPart) throws {
        let result: Result
        switch (part.outcome, part.content) {
        case ("data", .json(let bytes, _, _)): result = .data(try [Fragment](json: bytes, of: "an outcome"))
        case ("data", _): result = .data([])
        case ("empty", _): result = .empty(learnerKnown: part.isLearnerKnown)
        default: result = .failed(part.failure ?? Failure(.internal, ""))
        }
        self.init(
            result, finishedAt: part.at ?? .distantPast, duration: part.duration ?? .zero,
            dataTimestamp: part.dataTimestamp, failures: part.pathFailures)
    }
}
