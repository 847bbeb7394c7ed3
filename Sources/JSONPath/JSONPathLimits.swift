/// What a JSONPath query may cost. Whoever sends a query or a document can reach these limits, and nothing beyond them.
public struct JSONPathLimits: Sendable, Hashable {
    /// The deepest nesting that any limit allows: parser and evaluator recurse once per level of the query, and this
    /// depth fits a thread's stack of 512 KiB, in a debug build too.
    public static let greatestDepth = 40

    /// The greatest integer that a query may hold, and with a minus sign the least (RFC 9535, section 2.1; RFC 7493).
    public static let greatestInteger = (1 << 53) - 1

    /// Bytes of a query's text, in UTF-8.
    public var maximumLength: Int
    /// Filters, parentheses, function calls and, in a regular expression, groups inside one another. Never more than
    /// `greatestDepth`.
    public var maximumDepth: Int {
        didSet { maximumDepth = min(maximumDepth, Self.greatestDepth) }
    }
    /// Steps of one evaluation. Looking at a node is one step; long strings, numbers and objects count for more.
    public var maximumWork: Int
    /// Nodes in any node list of an evaluation, the result included.
    public var maximumNodes: Int
    /// Instructions of the automaton of a regular expression, with bounded repetitions written out.
    public var maximumRegexpSize: Int

    /// The ``standard`` limits unless others are given; a greater depth is lowered to ``greatestDepth``.
    public init(
        maximumLength: Int = 64 << 10, maximumDepth: Int = 32, maximumWork: Int = 20_000_000,
        maximumNodes: Int = 1_000_000, maximumRegexpSize: Int = 10_000
    ) {
        self.maximumLength = maximumLength
        self.maximumDepth = min(maximumDepth, Self.greatestDepth)
        self.maximumWork = maximumWork
        self.maximumNodes = maximumNodes
        self.maximumRegexpSize = maximumRegexpSize
    }

    /// The limits that apply where none are given: 64 KiB of text, depth 32, 20 million steps, one million nodes.
    public static let standard = JSONPathLimits()
}
