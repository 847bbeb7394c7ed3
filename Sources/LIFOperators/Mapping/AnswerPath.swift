import JSONPath

/// A path into a source's answer: a dot path or a JSONPath (RFC 9535).
///
/// A dot path is `employment.preferences`, or from the answer's root `$.person.id`. A whole number names an item of an
/// array: `emails.0.address`. Names are compared exactly. A JSONPath starts at the answer's root (`$.emails[*].address`)
/// or at the item (`@.emails[?@.kind=='work']`, short `emails[*].address`).
public struct AnswerPath: Sendable, CustomStringConvertible {
    /// It starts at the answer's root, and not at where one stands.
    public let isAbsolute: Bool
    /// All steps of a dot path; of a JSONPath the names and indexes that it begins with.
    public let segments: [String]
    /// Of several values that a JSONPath selects only the first is taken, and not a list of all.
    public var takesFirst = false
    /// `nil` for a dot path.
    let query: JSONPathQuery?
    /// The path as text: dots for a dot path, and for a JSONPath what was written, with `@` before it if it had no start.
    public let description: String

    /// Whether it is a JSONPath, and no dot path.
    public var isJSONPath: Bool { query != nil }

    /// The answer itself: `$`.
    public static let root = AnswerPath(isAbsolute: true, segments: [])

    /// A dot path from where one stands, through these names and indexes; without any it is the place itself.
    public static func relative(_ segments: [String]) -> AnswerPath {
        AnswerPath(isAbsolute: false, segments: segments)
    }

    private init(isAbsolute: Bool, segments: [String]) {
        self.isAbsolute = isAbsolute
        self.segments = segments
        query = nil
        description = ((isAbsolute ? ["$"] : []) + segments).joined(separator: ".")
    }

    /// Reads a path as ``init(reading:isColumn:)`` does, for callers that need no reason.
    ///
    /// - Returns: `nil` for a text that is no path.
    public init?(parsing text: String) {
        do throws(Fault) {
            try self.init(reading: text)
        } catch {
            return nil
        }
    }

    /// Why a text is no path, as the end of a sentence.
    public struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        /// What was expected and where: "a name in it is empty".
        public let description: String
    }

    /// The empty text is where one stands, as `@` is; `$` is the root.
    ///
    /// - Parameter isColumn: Paths start at rows of a table. What is no JSONPath is then the name of a column: `rate[EUR]`.
    /// - Throws: What was expected, and where.
    public init(reading text: String, isColumn: Bool = false) throws(Fault) {
        let names = text.isEmpty ? [] : text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let isAbsolute = names.first == "$"
        let steps = isAbsolute ? Array(names.dropFirst()) : names
        let startsAtItem = text == "@" || text.hasPrefix("@.") || text.hasPrefix("@[")
        let isPlain = steps.allSatisfy { !$0.isEmpty && $0 != "*" && !$0.contains { "[]".contains($0) } }
        if isPlain, !startsAtItem {
            self.init(isAbsolute: isAbsolute, segments: steps)
            return
        }
        let isRooted = text.hasPrefix("$.") || text.hasPrefix("$[")
        if !isRooted, !startsAtItem, steps.contains("") { throw Fault(description: "a name in it is empty") }
        let written = isRooted || startsAtItem ? text : text.hasPrefix("[") ? "@\(text)" : "@.\(text)"
        do throws(JSONPathError) {
            try self.init(isAbsolute: isRooted, text: written)
        } catch {
            guard isColumn, !isRooted, !startsAtItem else {
                throw Fault(description: "as the JSONPath \(written), \(error)")
            }
            self.init(isAbsolute: false, segments: steps)
        }
    }

    /// - Parameter text: A JSONPath that begins with `$`, or with `@` for where one stands.
    private init(isAbsolute: Bool, text: String) throws(JSONPathError) {
        let query = try JSONPathQuery("$" + text.dropFirst())
        self.isAbsolute = isAbsolute
        self.query = query
        segments = query.leadingSteps
        description = text
    }
}

extension AnswerPath: Hashable {
    /// Whether both paths are written alike, byte by byte as members are looked up, and take as many values.
    public static func == (left: AnswerPath, right: AnswerPath) -> Bool {
        func isSame(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
        return left.isAbsolute == right.isAbsolute && left.takesFirst == right.takesFirst
            && (left.query == nil) == (right.query == nil) && isSame(left.description, right.description)
            && left.segments.elementsEqual(right.segments, by: isSame)
    }

    /// Hashes the text alone.
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

extension JSONPathQuery {
    /// The names and indexes before the first step that may select several values.
    fileprivate var leadingSteps: [String] {
        var steps: [String] = []
        for segment in segments {
            guard segment.kind == .child, segment.selectors.count == 1 else { break }
            switch segment.selectors[0] {
            case .name(let name): steps.append(name)
            case .index(let index) where index >= 0: steps.append(String(index))
            case .index, .wildcard, .slice, .filter: return steps
            }
        }
        return steps
    }

    /// Whether it may leave out values that are there: an answer that it selects nothing of may be as it should be.
    var chooses: Bool {
        segments.contains { segment in
            segment.selectors.contains { selector in
                switch selector {
                case .filter, .slice: true
                case .name, .wildcard, .index: false
                }
            }
        }
    }
}
