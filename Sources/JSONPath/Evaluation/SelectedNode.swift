import LIFJSON

/// A node during evaluation; with its location only where somebody may ask for it.
struct SelectedNode {
    let value: JSONValue
    let location: JSONPathLocation?

    static func root(_ value: JSONValue) -> SelectedNode { SelectedNode(value: value, location: JSONPathLocation()) }

    static func untracked(_ value: JSONValue) -> SelectedNode { SelectedNode(value: value, location: nil) }

    func child(_ value: JSONValue, name: String) -> SelectedNode {
        SelectedNode(value: value, location: location.map { JSONPathLocation($0, .name(name)) })
    }

    func child(_ value: JSONValue, index: Int) -> SelectedNode {
        SelectedNode(value: value, location: location.map { JSONPathLocation($0, .index(index)) })
    }
}

/// A normalized path as a chain to the root: nodes share what their paths have in common.
final class JSONPathLocation: Sendable {
    private let parent: JSONPathLocation?
    private let element: NormalizedPath.Element?

    /// The root.
    init() {
        parent = nil
        element = nil
    }

    init(_ parent: JSONPathLocation, _ element: NormalizedPath.Element) {
        self.parent = parent
        self.element = element
    }

    var elements: [NormalizedPath.Element] {
        var result: [NormalizedPath.Element] = []
        var current: JSONPathLocation? = self
        while let location = current {
            if let element = location.element { result.append(element) }
            current = location.parent
        }
        result.reverse()
        return result
    }
}
