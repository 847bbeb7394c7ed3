public import LIFJSON

/// Tells whether an answer is about the learner who was asked for, by the identifiers that it carries. Pure.
///
/// An answer with identifiers of the type asked, none of them the one asked, is about somebody else. One without identifiers of
/// that type says nothing: sources may know learners by other identifiers than those they give.
public enum AnsweredLearner {
    private static let entity = "Identifier"

    /// What becomes of a part whose answer is about another learner.
    public static let failure = Failure(
        .invalidAnswer,
        "The answer is about another learner than the one asked for: it has identifiers of the same type, and none of them is "
            + "the learner's. Nothing of it is used.")

    /// Whether a path holds identifiers of the learner, in any spelling.
    public static func isTold(at path: FragmentPath) -> Bool { LIFName.matches(path.entity, entity) }

    /// - Parameters:
    ///   - fragments: Of one answer. What is not at a path of identifiers is not looked at.
    ///   - asked: The learner as the source knows them.
    public static func isAnother(than asked: LearnerIdentifier, in fragments: some Sequence<Fragment>) -> Bool {
        var hasOther = false
        for fragment in fragments where isTold(at: fragment.path) {
            for entry in fragment.content.items.elements {
                guard let identifier = identifier(of: entry, type: asked.typeToken) else { continue }
                if identifier.utf8.elementsEqual(asked.identifier.utf8) { return false }
                hasOther = true
            }
        }
        return hasOther
    }

    /// - Returns: `nil` for an identifier of another type, and for an entry that is none.
    private static func identifier(of entry: RawJSON, type: String) -> String? {
        guard entry.isObject, let found = entry.member(named: "identifierType")?.string,
            LearnerIdentifier.token(found) == type, let value = entry.member(named: "identifier"), !value.isNull
        else { return nil }
        // Sources also write numbers.
        let text = value.string ?? value.text
        return text.isEmpty ? nil : text
    }
}

extension RawJSON {
    /// What a `Person` says of the learner's identifiers, in each spelling of the member, except for the paths given.
    ///
    /// Whoever takes fragments out of a whole record gives these as well, so that `QueryPlanPart` can tell whose it is.
    public func identifiers(besides asked: [FragmentPath]) -> [Fragment] {
        members.compactMap { member in
            let path = FragmentPath(entity: member.name)
            guard AnsweredLearner.isTold(at: path), !asked.contains(path) else { return nil }
            return FragmentContent(member: member.value).map { Fragment(path: path, content: $0) }
        }
    }
}
