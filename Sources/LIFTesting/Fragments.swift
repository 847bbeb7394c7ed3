public import LIFJSON
public import LIFModel

/// JSON from a text, for tests.
///
/// - Throws: `JSONError`.
public func raw(_ text: String) throws -> RawJSON { try RawJSON(validating: Array(text.utf8)) }

/// A fragment out of a member of `Person` as a source has it: an array, an object or a scalar.
///
/// - Throws: `JSONError`; `NoContent` for a member without data.
public func fragment(_ entity: String, _ member: String) throws -> Fragment {
    guard let content = FragmentContent(member: try raw(member)) else { throw NoContent() }
    return Fragment(path: FragmentPath(entity: entity), content: content)
}

/// A test asked for a fragment of nothing.
public struct NoContent: Error {}
