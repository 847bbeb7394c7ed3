public import LIFJSON

/// Tells whether an answer is about the learner who was asked for, by the identifiers that it carries. Pure.
///
/// An answer with identifiers of the type asked, none of them the one asked, is about somebody else. One without identifiers of
/// that type says nothing: sources may know learners by other identifiers than those they give. Nor does one say anything that has
/// neither a letter nor a digit: it is masked.
public enum AnsweredLearner {
    /// When an identifier of an answer is the one asked.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        /// To the byte.
        case exact
        /// Without the case of letters, white space around it, and zeros in front of a number: many systems do not
        /// distinguish these, and give a record with the identifier as they have it.
        case similar
        /// It is not looked at.
        case unchecked
    }

    private static let entity = "Identifier"

    /// What becomes of a part whose answer is about another learner.
    public static let failure = Failure(
        .invalidAnswer,
        "The answer is about another learner than the one asked for: it has identifiers of the same type, and none of them is "
            + "the learner's. Nothing of it is used. The source's \"answered_identifiers\" says how they are compared.")

    /// Whether a path holds identifiers of the learner, in any spelling.
    public static func isTold(at path: FragmentPath) -> Bool { LIFName.matches(path.entity, entity) }

    /// Whether an answer is about another learner: it has identifiers of the type asked, and none of them is the one asked.
    ///
    /// - Parameters:
    ///   - fragments: Of one answer. What is not at a path of identifiers is not looked at.
    ///   - asked: The learner as the source knows them.
    public static func isAnother(
        than asked: LearnerIdentifier, in fragments: some Sequence<Fragment>, by comparison: Comparison = .similar
    ) -> Bool {
        if comparison == .unchecked { return false }
        var hasOther = false
        for fragment in fragments where isTold(at: fragment.path) {
            for entry in fragment.content.items.elements {
                guard let identifier = identifier(of: entry, type: asked.typeToken) else { continue }
                if comparison.isSame(identifier, asked.identifier) { return false }
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
        return text.contains { $0.isLetter || $0.isNumber } ? text : nil
    }
}

extension AnsweredLearner.Comparison {
    fileprivate func isSame(_ given: String, _ asked: String) -> Bool {
        switch self {
        case .exact: given.utf8.elementsEqual(asked.utf8)
        case .similar: Self.plain(given) == Self.plain(asked)
        case .unchecked: true
        }
    }

    private static func plain(_ identifier: String) -> String {
        var text = identifier[...].drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        let plain = text.lowercased()
        guard plain.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return plain }
        return String(plain.drop { $0 == "0" })
    }
}

extension RawJSON {
    /// What a `Person` says of the learner's identifiers, in each spelling of the member, except for the paths given.
    ///
    /// Whoever takes fragments out of a whole record gives these as well, so that `QueryPlanPart` can find out whose it is.
    public func identifiers(besides asked: [FragmentPath]) -> [Fragment] {
        members.compactMap { member in
            let path = FragmentPath(entity: member.name)
            guard AnsweredLearner.isTold(at: path), !asked.contains(path) else { return nil }
            return FragmentContent(member: member.value).map { Fragment(path: path, content: $0) }
        }
    }
}
