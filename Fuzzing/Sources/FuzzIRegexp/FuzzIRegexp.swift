import JSONPath

/// The input is an expression, a tab and a text. What matches is found; what matches is the same as what is found between
/// the start and the end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzIRegexp(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: data, count: size)
    let parts = bytes.split(separator: UInt8(ascii: "\t"), maxSplits: 1, omittingEmptySubsequences: false)
    let pattern = String(decoding: parts[0], as: UTF8.self)
    let text = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : pattern
    let limits = JSONPathLimits(maximumRegexpSize: 500)
    do {
        let regexp = try IRegexp(pattern, limits: limits)
        let matches = regexp.matches(text)
        precondition(!matches || regexp.isFound(in: text), "a match that is not found")
        let whole = try IRegexp("^(\(pattern))$", limits: JSONPathLimits(maximumDepth: 40, maximumRegexpSize: 1_000))
        precondition(whole.isFound(in: text) == matches, "a match that is another one between the ends")
        precondition(whole.matches(text) == matches, "assertions that change a match")
    } catch {
        if case .notValid(let offset) = error {
            precondition((0...pattern.unicodeScalars.count).contains(offset), "a position outside of the expression")
        }
    }
    return 0
}
