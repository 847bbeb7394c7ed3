import LIFJSON
import LIFJournal
import LIFModel

extension LandedPart {
    /// As a journal keeps it.
    var journaled: JournalPart {
        let content: JournalPart.Content =
            content.map { .json(Array($0.items.bytes), count: $0.count, isScalar: $0.isScalar) } ?? .none
        return JournalPart(
            group: part.learner, ordinal: part.ordinal, path: part.path.entity, source: part.sourceID,
            outcome: part.outcome.rawValue, items: part.items, isLearnerKnown: part.learnerKnown, at: part.storedAt,
            dataTimestamp: part.dataTimestamp, expiresAt: part.expiresAt, duration: part.duration,
            failure: part.failure, content: content)
    }

    /// - Throws: `LIFError` `OutputReadException` for a part that no version has written.
    init(_ part: JournalPart) throws {
        var fragment: FragmentContent?
        if case .json(let bytes, let count, let isScalar) = part.content {
            // It was checked and minified when it was kept, so only its ends are looked at.
            guard bytes.count >= 2, bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else {
                throw LIFError.damaged("a part of an answer")
            }
            fragment = FragmentContent(items: RawJSON(unchecked: bytes[...]), count: count, isScalar: isScalar)
        }
        self.init(try AnswerPart(part), content: fragment)
    }
}

extension AnswerPart {
    /// - Throws: `LIFError` `OutputReadException` for a part that no version has written.
    init(_ part: JournalPart) throws {
        guard let outcome = Outcome(rawValue: part.outcome) else { throw LIFError.damaged("a part of an answer") }
        self.init(
            learner: part.group, ordinal: part.ordinal, path: FragmentPath(entity: part.path), sourceID: part.source,
            outcome: outcome, items: part.items, learnerKnown: part.isLearnerKnown, storedAt: part.at,
            dataTimestamp: part.dataTimestamp, expiresAt: part.expiresAt, failure: part.failure,
            duration: part.duration)
    }

    /// The part without its learner and its place.
    var ofNobody: AnswerPart {
        AnswerPart(
            learner: 0, ordinal: 0, path: path, sourceID: sourceID, outcome: outcome, items: items,
            learnerKnown: learnerKnown, storedAt: storedAt, dataTimestamp: dataTimestamp, expiresAt: expiresAt,
            failure: failure, duration: duration)
    }
}
