import LIFJSON

/// One evaluation of a query: the document, and what it may still cost.
///
/// It recurses only as deep as the query's filters are nested, not as deep as the document is.
struct JSONPathEvaluation {
    let root: JSONValue
    let limits: JSONPathLimits
    var comparison: ValueComparison
    /// The last regular expression out of the document.
    var lastRegexp: (pattern: ExactString, regexp: IRegexp?)?

    init(root: JSONValue, limits: JSONPathLimits) {
        self.root = root
        self.limits = limits
        comparison = ValueComparison(work: WorkBudget(limit: limits.maximumWork))
    }

    /// The nodes that the segments select, one segment after the other (RFC 9535, section 2.1.2).
    mutating func apply(
        _ segments: ArraySlice<JSONPathSegment>, to nodes: [SelectedNode]
    ) throws(JSONPathError) -> [SelectedNode] {
        var nodes = nodes
        for segment in segments {
            var selected: [SelectedNode] = []
            for node in nodes {
                switch segment.kind {
                case .child: try select(segment.selectors, of: node, into: &selected)
                case .descendant: try descend(from: node, segment.selectors, into: &selected)
                }
            }
            nodes = selected
        }
        return nodes
    }

    /// The selectors on the node and on all below it, parents before children, elements in their order (RFC 9535,
    /// section 2.5.2.2).
    private mutating func descend(
        from start: SelectedNode, _ selectors: [JSONPathSelector], into selected: inout [SelectedNode]
    ) throws(JSONPathError) {
        var pending = [start]
        while let node = pending.popLast() {
            try select(selectors, of: node, into: &selected)
            let first = pending.count
            try appendChildren(of: node, to: &pending)
            pending[first...].reverse()
        }
    }

    private mutating func select(
        _ selectors: [JSONPathSelector], of node: SelectedNode, into selected: inout [SelectedNode]
    ) throws(JSONPathError) {
        for selector in selectors {
            try comparison.work.spend()
            switch selector {
            case .name(let name):
                guard case .object(let object) = node.value else { continue }
                try comparison.work.spend(object.count / 8)
                if let value = object[name] { try append(node.child(value, name: name), to: &selected) }
            case .wildcard:
                try appendChildren(of: node, to: &selected)
            case .index(let index):
                guard case .array(let elements) = node.value else { continue }
                let index = index < 0 ? elements.count + index : index
                guard elements.indices.contains(index) else { continue }
                try append(node.child(elements[index], index: index), to: &selected)
            case .slice(let slice):
                guard case .array(let elements) = node.value else { continue }
                for index in slice.indices(count: elements.count) {
                    try append(node.child(elements[index], index: index), to: &selected)
                }
            case .filter(let expression):
                var children: [SelectedNode] = []
                try appendChildren(of: node, to: &children)
                for child in children where try isTrue(expression, for: child.value) {
                    try append(child, to: &selected)
                }
            }
        }
    }

    private mutating func appendChildren(
        of node: SelectedNode, to nodes: inout [SelectedNode]
    ) throws(JSONPathError) {
        switch node.value {
        case .array(let elements):
            for (index, element) in elements.enumerated() { try append(node.child(element, index: index), to: &nodes) }
        case .object(let object):
            try comparison.work.spend(object.count / 8)
            for member in object.distinctMembers {
                try append(node.child(member.value, name: member.name), to: &nodes)
            }
        case .null, .bool, .number, .string: break
        }
    }

    private mutating func append(_ node: SelectedNode, to nodes: inout [SelectedNode]) throws(JSONPathError) {
        try comparison.work.spend()
        guard nodes.count < limits.maximumNodes else { throw JSONPathError(.tooManyNodes(limit: limits.maximumNodes)) }
        nodes.append(node)
    }
}
