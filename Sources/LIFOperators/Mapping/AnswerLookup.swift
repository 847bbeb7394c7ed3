import JSONPath
import LIFJSON
import LIFModel

/// Looks up paths in one answer. What stands at an absolute path is the same for every item, so the answer is walked
/// once for each such path, however many items ask for it.
struct AnswerLookup {
    /// What stands at a path.
    enum Found {
        case value(RawJSON)
        /// The answer has the member, and it is `null`.
        case null
        /// The answer does not say whether it could have it: there is `null` or an empty list on the way.
        case nothing
        /// The answer has a list there, which is shorter.
        case beyond
        /// The answer has no such member.
        case absent

        var value: RawJSON? { if case .value(let value) = self { value } else { nil } }
    }

    /// What one JSONPath may take of one answer. A mapping is the configuration's, and its answer is a source's.
    private static let limits = JSONPathLimits(maximumWork: 2_000_000, maximumNodes: 100_000)

    let root: RawJSON
    /// The columns of a table: a row without one of them has nothing there.
    let columns: Set<String>
    /// How often the answer was walked from its root.
    private(set) var rootWalks = 0
    private var absolute: [AnswerPath: Found] = [:]
    private var parsed: (raw: RawJSON, value: JSONValue)?

    init(root: RawJSON, columns: Set<String> = []) {
        self.root = root
        self.columns = columns
    }

    /// - Parameter start: Where relative paths start.
    /// - Throws: `OperatorException` with reason `invalid-answer` when a JSONPath takes more work than is allowed.
    mutating func find(_ path: AnswerPath, from start: RawJSON) throws(LIFError) -> Found {
        guard path.isAbsolute else { return try look(path, from: start) }
        if let known = absolute[path] { return known }
        rootWalks += 1
        let found = try look(path, from: root)
        absolute.updateValue(found, forKey: path)
        return found
    }

    private mutating func look(_ path: AnswerPath, from start: RawJSON) throws(LIFError) -> Found {
        guard let query = path.query else { return walk(path.segments, from: start) }
        let values: [JSONValue]
        do throws(JSONPathError) {
            values = try query.values(in: value(of: start), limits: Self.limits).filter { $0 != .null }
        } catch {
            throw LIFError.source(
                .invalidAnswer, "A JSONPath of this source's mapping cannot be applied to its answer: \(error).")
        }
        if let first = values.first {
            return .value(RawJSON(query.isSingular || path.takesFirst ? first : .array(values)))
        }
        // Nothing was selected: that is a name that the answer does not have, unless there was nothing to select from.
        switch walk(path.segments, from: start) {
        case .absent: return .absent
        case .beyond: return .beyond
        case .null, .nothing: return .nothing
        case .value(let value):
            return query.isSingular || query.chooses || value.hasNothing ? .nothing : .absent
        }
    }

    /// Parsed once for several paths.
    private mutating func value(of raw: RawJSON) -> JSONValue {
        if let parsed, parsed.raw == raw { return parsed.value }
        let value = raw.value()
        parsed = (raw, value)
        return value
    }

    private func walk(_ segments: [String], from start: RawJSON) -> Found {
        var value = start
        for (step, segment) in segments.enumerated() {
            if value.isArray {
                let elements = value.elements
                guard let index = Int(segment) else { return elements.isEmpty ? .nothing : .absent }
                guard elements.indices.contains(index) else { return elements.isEmpty ? .nothing : .beyond }
                value = elements[index]
            } else if let member = value[segment] {
                value = member
            } else {
                return value.isNull || step == 0 && columns.contains(segment) ? .nothing : .absent
            }
        }
        return value.isNull ? .null : .value(value)
    }
}

extension RawJSON {
    fileprivate var hasNothing: Bool { self == .emptyArray || isObject && members.isEmpty }
}
