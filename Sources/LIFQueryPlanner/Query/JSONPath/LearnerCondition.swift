/// What one branch of a filter asks of a learner: an identifier, its type, or so far one of them.
struct LearnerCondition {
    var identifier: String?
    var identifierType: String?
    /// It has been asked of one and the same entry of `Identifier`: nothing can be added to it.
    var isClosed = false

    /// What fulfils both.
    ///
    /// - Returns: `nil` when nothing can: they ask for different values of the same attribute.
    func and(_ other: LearnerCondition) -> LearnerCondition? {
        guard Self.agree(identifier, other.identifier), Self.agree(identifierType, other.identifierType) else {
            return nil
        }
        return LearnerCondition(
            identifier: identifier ?? other.identifier, identifierType: identifierType ?? other.identifierType)
    }

    /// To the byte.
    private static func agree(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return true }
        return left.utf8.elementsEqual(right.utf8)
    }
}
