/// How large and how deep a JSON text may be.
public struct JSONLimits: Sendable, Hashable {
    /// The deepest nesting that any limit allows. Parsing does not recurse, but what is done with a value does (writing,
    /// comparing, releasing): this depth fits a thread's stack of 512 KiB, in a debug build too.
    public static let greatestDepth = 256

    /// Bytes of text.
    public var maximumBytes: Int
    /// Arrays and objects inside one another. A scalar has depth 0. Never more than `greatestDepth`.
    public var maximumDepth: Int {
        didSet { maximumDepth = min(maximumDepth, Self.greatestDepth) }
    }

    /// Limits of 64 MiB and ``greatestDepth`` levels unless others are given; a greater depth is lowered to ``greatestDepth``.
    public init(maximumBytes: Int = 64 << 20, maximumDepth: Int = greatestDepth) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = min(maximumDepth, Self.greatestDepth)
    }

    /// 64 MiB and ``greatestDepth`` levels.
    public static let standard = JSONLimits()

    /// For bytes that this software has written itself, and only for code that does not build a value of them, such as
    /// `RawJSON(validating:limits:)`: what recurses over a value needs `greatestDepth`.
    package static let none = JSONLimits(unlimited: ())

    private init(unlimited: Void) {
        maximumBytes = .max
        maximumDepth = .max
    }
}
