/// A dot path into a source's answer: `employment.preferences`, or from the answer's root `$.person.id`. A whole number
/// names an item of an array: `emails.0.address`. Names are compared exactly.
public struct AnswerPath: Sendable, Hashable, CustomStringConvertible {
    /// It starts at the answer's root, and not at where one stands.
    public let isAbsolute: Bool
    public let segments: [String]

    public static let root = AnswerPath(isAbsolute: true, segments: [])

    public static func relative(_ segments: [String]) -> AnswerPath {
        AnswerPath(isAbsolute: false, segments: segments)
    }

    private init(isAbsolute: Bool, segments: [String]) {
        self.isAbsolute = isAbsolute
        self.segments = segments
    }

    /// - Returns: `nil` when a segment is empty. The empty text is where one stands, `$` the root.
    public init?(parsing text: String) {
        var parts = text.isEmpty ? [] : text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        isAbsolute = parts.first == "$"
        if isAbsolute { parts.removeFirst() }
        guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        segments = parts
    }

    public var description: String { ((isAbsolute ? ["$"] : []) + segments).joined(separator: ".") }
}
