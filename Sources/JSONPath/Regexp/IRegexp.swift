/// An interoperable regular expression (I-Regexp, RFC 9485), matched by an automaton.
///
/// There is no backtracking: the time of a match is proportional to the length of the text times the size of the
/// automaton. Characters are Unicode scalars.
///
/// The grammar of RFC 9485 has `^` and `$` among the normal characters, while the mappings of its section 5 make them
/// assertions. As the JSONPath Compliance Test Suite does, this takes them for the start and the end of the text; the
/// characters themselves are `\^` and `[$]`.
public struct IRegexp: Sendable {
    private let program: RegexpProgram

    /// Reads an expression.
    ///
    /// - Throws: `IRegexpError`: not an I-Regexp, or larger or deeper than the limits allow.
    public init(_ pattern: String, limits: JSONPathLimits = .standard) throws(IRegexpError) {
        var parser = RegexpParser(pattern, limits: limits)
        var compiler = RegexpCompiler(limit: limits.maximumRegexpSize)
        program = try compiler.program(for: try parser.regexp())
    }

    /// Whether the whole text matches (`match`, RFC 9535, section 2.4.6).
    public func matches(_ text: String) -> Bool {
        var work = WorkBudget.unlimited
        return (try? matches(text, work: &work)) ?? false
    }

    /// Whether some part of the text matches (`search`, RFC 9535, section 2.4.7).
    public func isFound(in text: String) -> Bool {
        var work = WorkBudget.unlimited
        return (try? isFound(in: text, work: &work)) ?? false
    }

    func matches(_ text: String, work: inout WorkBudget) throws(JSONPathError) -> Bool {
        var automaton = RegexpAutomaton(program)
        return try automaton.run(over: text, anchored: true, work: &work)
    }

    func isFound(in text: String, work: inout WorkBudget) throws(JSONPathError) -> Bool {
        var automaton = RegexpAutomaton(program)
        return try automaton.run(over: text, anchored: false, work: &work)
    }

    /// A measure of the automaton: how many instructions it has.
    var size: Int { program.instructions.count }
}

/// Why a text is no usable I-Regexp. It never repeats the text.
public enum IRegexpError: Error, Sendable, Hashable {
    /// Not well-formed (RFC 9485, section 4): the offset of the first scalar that does not fit, counted in scalars.
    case notValid(offset: Int)
    /// Well-formed, but groups are nested deeper than the limit.
    case tooDeep(limit: Int)
    /// Well-formed, but its automaton would have more instructions than the limit.
    case tooLarge(limit: Int)
}

extension IRegexpError: CustomStringConvertible {
    /// Why, with a one-based character for what is not valid, and without any of the expression's text.
    public var description: String {
        switch self {
        case .notValid(let offset): "not an I-Regexp at character \(offset + 1)"
        case .tooDeep(let limit): "groups of a regular expression are nested deeper than \(limit)"
        case .tooLarge(let limit): "a regular expression needs an automaton of more than \(limit) instructions"
        }
    }
}
