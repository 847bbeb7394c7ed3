import LIFJSON

extension RawJSON {
    /// What stands at the path, as bytes; `nil` for nothing or `null`.
    ///
    /// - Parameter root: The answer's root, where absolute paths start.
    func value(at path: AnswerPath, root: RawJSON) -> RawJSON? {
        var value = path.isAbsolute ? root : self
        for segment in path.segments {
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
