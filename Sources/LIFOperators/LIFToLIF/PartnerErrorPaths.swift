import LIFJSON
import LIFModel

/// The paths of a GraphQL answer's errors, as one tree: the answer's data is walked once for all of them.
struct PartnerErrorPaths {
    enum Step: Hashable {
        case name(String)
        case index(Int)
    }

    private struct Node {
        var children: [Step: Node] = [:]
        /// An error's path ends here.
        var isEnd = false

        mutating func insert(_ steps: ArraySlice<Step>) {
            guard let step = steps.first else {
                isEnd = true
                return
            }
            children[step, default: Node()].insert(steps.dropFirst())
        }
    }

    private var root = Node()

    /// The `path` of an error. Indexes at its end are left out: they name an item of the field before them.
    struct Steps {
        fileprivate let steps: [Step]

        private var names: [String] { steps.compactMap { if case .name(let name) = $0 { name } else { nil } } }

        /// Which of several persons it is about; `nil` when the path does not say.
        var index: Int? { steps.count > 1 ? steps[1].number : nil }
        /// The person's field that it is in; `nil` when it is about the person as a whole.
        var entity: String? { names.dropFirst().first }
        var endsAtEntity: Bool { names.count == 2 }
    }

    /// - Throws: `OperatorException` with reason `invalid-answer` when it is longer than any answer is deep.
    static func steps(_ path: [RawJSON]) throws(LIFError) -> Steps {
        guard path.count <= RawJSON.maximumAnswerDepth else {
            throw LIFError.source(.invalidAnswer, "The partner's answer has an error at a place that cannot be.")
        }
        var steps = path.map(Self.step)
        // Gateways begin at the answer's root.
        if steps.count > 1, steps[0] == .name("data") { steps.removeFirst() }
        let index = steps.count > 1 ? steps[1] : nil
        while case .index = steps.last { steps.removeLast() }
        if steps.count == 1, let index { steps.append(index) }
        return Steps(steps: steps)
    }

    /// Some services write indexes as strings; no GraphQL name begins with a digit.
    private static func step(_ step: RawJSON) -> Step {
        guard let name = step.string else { return .index(step.value().number?.int ?? -1) }
        return Int(name).map(Step.index) ?? .name(name)
    }

    mutating func insert(_ path: Steps) { root.insert(path.steps[...]) }

    /// The fields of which more than the field itself is null, each as the names that lead to it from the person. A
    /// field that merely cannot be written is null and alone.
    ///
    /// - Throws: `CancellationError`.
    func lost(in data: RawJSON) throws -> Set<[String]> {
        var result: Set<[String]> = []
        var names: [String] = []
        try Self.walk(root, data, names: &names, into: &result)
        return result
    }

    private static func walk(
        _ node: Node, _ value: RawJSON, names: inout [String], into result: inout Set<[String]>
    ) throws {
        guard !node.children.isEmpty else { return }
        try Task.checkCancellation()
        let elements = value.elements
        var members: [String: RawJSON] = [:]
        for member in value.members where node.children[.name(member.name)] != nil {
            members[member.name] = member.value
        }
        for (step, child) in node.children {
            switch step {
            case .name(let name):
                names.append(name)
                if value.isNull {
                    collect(child, names: &names, into: &result)
                } else {
                    try walk(child, members[name] ?? .null, names: &names, into: &result)
                }
                names.removeLast()
            case .index(let index):
                if elements.indices.contains(index) {
                    try walk(child, elements[index], names: &names, into: &result)
                } else {
                    collect(child, names: &names, into: &result)
                }
            }
        }
    }

    /// Takes every path that ends at the node or below it.
    private static func collect(_ node: Node, names: inout [String], into result: inout Set<[String]>) {
        if node.isEnd { result.insert(Array(names.dropFirst())) }
        for (step, child) in node.children {
            guard case .name(let name) = step else {
                collect(child, names: &names, into: &result)
                continue
            }
            names.append(name)
            collect(child, names: &names, into: &result)
            names.removeLast()
        }
    }
}

extension PartnerErrorPaths.Step {
    fileprivate var number: Int? { if case .index(let number) = self { number } else { nil } }
}
