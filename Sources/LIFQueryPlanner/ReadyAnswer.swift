public import LIFJSON

/// An answer together with the bytes of its compatible form, so that a repeated query costs a copy.
public struct ReadyAnswer: Sendable, Hashable {
    public let answer: QueryAnswer
    public let compatible: RawJSON

    init(_ answer: QueryAnswer) {
        self.answer = answer
        compatible = answer.compatibleJSON
    }
}
