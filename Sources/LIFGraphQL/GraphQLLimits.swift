/// How large a request, and the answer to it, may grow. Every limit exists so that a hostile document costs an error
/// and not the process.
public struct GraphQLLimits: Sendable, Hashable {
    /// UTF-8 bytes of a document.
    public var maximumBytes: Int
    /// Lexical tokens of a document.
    public var maximumTokens: Int
    /// Operations and fragments together.
    public var maximumDefinitions: Int
    /// Selection sets, values and list types inside one another, spread fragments counted as written in place.
    public var maximumDepth: Int
    /// Bytes of one name.
    public var maximumNameBytes: Int
    /// Fields of a request after its fragments are put in place, and the places where they were spread.
    public var maximumFields: Int
    /// Values (scalars, objects and lists) of an answer.
    public var maximumResultValues: Int
    /// Errors reported for one request. Further ones are not looked for.
    public var maximumErrors: Int

    /// The ``standard`` limits unless others are given.
    public init(
        maximumBytes: Int = 1 << 20, maximumTokens: Int = 100_000, maximumDefinitions: Int = 1_000,
        maximumDepth: Int = 64, maximumNameBytes: Int = 255, maximumFields: Int = 50_000,
        maximumResultValues: Int = 2_000_000, maximumErrors: Int = 100
    ) {
        self.maximumBytes = maximumBytes
        self.maximumTokens = maximumTokens
        self.maximumDefinitions = maximumDefinitions
        self.maximumDepth = maximumDepth
        self.maximumNameBytes = maximumNameBytes
        self.maximumFields = maximumFields
        self.maximumResultValues = maximumResultValues
        self.maximumErrors = maximumErrors
    }

    /// The limits that hold where none are given: 1 MiB of text, depth 64, 50,000 fields, two million values.
    public static let standard = GraphQLLimits()
}
