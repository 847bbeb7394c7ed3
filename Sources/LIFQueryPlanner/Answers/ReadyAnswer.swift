public import Foundation
public import LIFJSON

/// An answer together with the bytes of its compatible form, so that a repeated query costs a copy.
public struct ReadyAnswer: Sendable, Hashable {
    /// The answer with its records and parts.
    public let answer: QueryAnswer
    /// The compatible form of the answer: a JSON array of the records that have data.
    public let compatible: RawJSON
    /// When the oldest data in it was fetched; `nil` when it has none.
    public let oldestData: Date?

    init(_ answer: QueryAnswer) {
        self.answer = answer
        compatible = answer.compatibleJSON
        oldestData = answer.oldestData
    }
}
