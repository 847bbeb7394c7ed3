import LIFJSON

/// Looks up paths in one answer. What stands at an absolute path is the same for every item, so the answer is walked
/// once for each such path, however many items ask for it.
struct AnswerLookup {
    let root: RawJSON
    /// How often the answer was walked from its root.
    private(set) var rootWalks = 0
    private var absolute: [AnswerPath: RawJSON?] = [:]

    init(root: RawJSON) { self.root = root }

    /// What stands at the path, as bytes; `nil` for nothing or `null`.
    ///
    /// - Parameter start: Where relative paths start.
    mutating func value(at path: AnswerPath, from start: RawJSON) -> RawJSON? {
        guard path.isAbsolute else { return start.value(along: path.segments) }
        if let known = absolute[path] { return known }
        rootWalks += 1
        let value = root.value(along: path.segments)
        absolute.updateValue(value, forKey: path)
        return value
    }
}

extension RawJSON {
    /// What stands at the end of the steps, as bytes; `nil` for nothing or `null`.
    fileprivate func value(along segments: [String]) -> RawJSON? {
        var value = self
        for segment in segments {
            if value.isArray {
                let elements = value.elements
                guard let index = Int(segment), elements.indices.contains(index) else { return nil }
                value = elements[index]
            } else {
                guard let member = value[segment] else { return nil }
                value = member
            }
        }
        return value.isNull ? nil : value
    }
}
