public import LIFJSON

/// A JSONPath query (RFC 9535): well-formed, well-typed and ready to be evaluated as often as wanted.
///
///     let query = try JSONPathQuery("$.Person[*].Name[?@.lastName == 'Wells']")
///     for node in try query.nodes(in: document) { print(node.path, node.value) }
///
/// Strings and member names compare by Unicode scalars, numbers by their mathematical value. Of members with the same
/// name in one object only the last exists.
public struct JSONPathQuery: Sendable {
    /// The segments after `$` (RFC 9535, section 2.1).
    public let segments: [JSONPathSegment]

    /// Reads a query.
    ///
    /// - Throws: `JSONPathError` with the position and what was expected there. Never crashes, whatever the text.
    public init(_ text: String, limits: JSONPathLimits = .standard) throws(JSONPathError) {
        var parser = try JSONPathParser(text, limits: limits)
        segments = try parser.query()
    }

    /// The nodes that the query selects, in the order of RFC 9535 and with its repetitions.
    ///
    /// - Throws: `JSONPathError` when the evaluation reaches `maximumWork`, `maximumNodes` or, for a regular expression
    ///   out of the document, `maximumRegexpSize` or `maximumDepth`.
    public func nodes(
        in document: JSONValue, limits: JSONPathLimits = .standard
    ) throws(JSONPathError) -> [JSONPathNode] {
        var evaluation = JSONPathEvaluation(root: document, limits: limits)
        return try evaluation.apply(segments[...], to: [.root(document)]).map(JSONPathNode.init)
    }

    /// The values of `nodes(in:limits:)`, without the paths.
    public func values(
        in document: JSONValue, limits: JSONPathLimits = .standard
    ) throws(JSONPathError) -> [JSONValue] {
        var evaluation = JSONPathEvaluation(root: document, limits: limits)
        return try evaluation.apply(segments[...], to: [.untracked(document)]).map(\.value)
    }

    /// Whether it can select one node at most: names and indexes only (RFC 9535, section 2.3.5.1).
    public var isSingular: Bool { segments.areSingular }
}
