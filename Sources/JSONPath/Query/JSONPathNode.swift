public import LIFJSON

/// A value of a document and where it stands there (RFC 9535, section 1.1, "Node").
public struct JSONPathNode: Sendable {
    /// The value, as the document has it.
    public let value: JSONValue
    private let location: JSONPathLocation?

    init(_ selected: SelectedNode) {
        value = selected.value
        location = selected.location
    }

    /// The normalized path. It is put together at each call.
    public var path: NormalizedPath { NormalizedPath(location?.elements ?? []) }
}
