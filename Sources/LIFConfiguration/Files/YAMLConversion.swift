import LIFSettings
import Yams

/// Turns the nodes of one YAML file into those of a configuration, in the order of the file.
struct YAMLConversion {
    private struct Anchored {
        let node: ConfigurationNode
        let size: YAMLBudget.Size
        /// `false` for what stands in `secrets`.
        let takesSecrets: Bool
    }

    let file: String
    let aliases: YAMLAliases
    let text: EnvironmentText
    let diagnostics: Diagnostics
    private var budget = YAMLBudget()
    /// By name; the latest of a name holds.
    private var anchors: [String: Anchored] = [:]

    init(file: String, aliases: YAMLAliases, text: EnvironmentText, diagnostics: Diagnostics) {
        self.file = file
        self.aliases = aliases
        self.text = text
        self.diagnostics = diagnostics
    }

    mutating func root(_ node: Node) throws(YAMLBudget.Exceeded) -> ConfigurationNode {
        try convert(node, depth: 0, takesSecrets: true).node
    }

    /// - Parameter takesSecrets: `false` inside of `secrets`, which says where secrets are.
    private mutating func convert(
        _ node: Node, depth: Int, takesSecrets: Bool
    ) throws(YAMLBudget.Exceeded) -> (node: ConfigurationNode, size: YAMLBudget.Size) {
        let place = Place(file: file, node.mark)
        var size = YAMLBudget.Size()
        let content: ConfigurationNode.Content
        let anchor: Anchor?
        switch node {
        case .scalar(let scalar):
            if scalar.style == .plain, let name = aliases.name(in: scalar.string) {
                return try alias(String(name), at: place, depth: depth, takesSecrets: takesSecrets)
            }
            anchor = scalar.anchor
            content = self.scalar(scalar, at: place, takesSecrets: takesSecrets, &size)
            try budget.take(size, depth: depth, at: place)
        case .sequence(let sequence):
            anchor = sequence.anchor
            try budget.take(size, depth: depth, at: place)
            var list: [ConfigurationNode] = []
            for element in sequence {
                let converted = try convert(element, depth: depth + 1, takesSecrets: takesSecrets)
                list.append(converted.node)
                size.add(converted.size)
            }
            content = .list(list)
        case .mapping(let mapping):
            anchor = mapping.anchor
            try budget.take(size, depth: depth, at: place)
            var members: [ConfigurationNode.Member] = []
            for (key, value) in mapping {
                let name = try name(key, depth: depth)
                let takesSecrets = takesSecrets && !(depth == 0 && name == "secrets")
                let converted = try convert(value, depth: depth + 1, takesSecrets: takesSecrets)
                size.add(converted.size)
                guard let name else { continue }
                members.append(
                    ConfigurationNode.Member(name: name, place: Place(file: file, key.mark), value: converted.node))
            }
            content = .block(members)
        case .alias:
            (anchor, content) = (nil, .nothing)
        }
        let converted = ConfigurationNode(place: place, content: content)
        if let anchor {
            anchors[aliases.restored(anchor.rawValue)] = Anchored(
                node: converted, size: size, takesSecrets: takesSecrets)
        }
        return (converted, size)
    }

    private func scalar(
        _ scalar: Node.Scalar, at place: Place, takesSecrets: Bool, _ size: inout YAMLBudget.Size
    ) -> ConfigurationNode.Content {
        let string = aliases.restored(scalar.string)
        if scalar.style == .plain, ["", "~", "null", "Null", "NULL"].contains(string) { return .nothing }
        let segments = text.segments(of: string, at: place, takesSecrets: takesSecrets, diagnostics)
        let written = WrittenText(place: place, segments: segments, isQuoted: scalar.style != .plain)
        size.bytes = written.value.utf8.count
        size.namesSecret = string.contains("${secret:")
        return .text(written)
    }

    private mutating func alias(
        _ name: String, at place: Place, depth: Int, takesSecrets: Bool
    ) throws(YAMLBudget.Exceeded) -> (node: ConfigurationNode, size: YAMLBudget.Size) {
        guard let anchored = anchors[name] else {
            diagnostics.report(place, "this alias has no anchor before it; write \"&NAME\" there")
            diagnostics.ignore(place)
            return (ConfigurationNode(place: place, content: .nothing), YAMLBudget.Size())
        }
        try budget.take(anchored.size, depth: depth, at: place)
        if !takesSecrets, anchored.takesSecrets, anchored.size.namesSecret {
            diagnostics.report(place, "\"${secret:…}\" is not allowed in \"secrets\", not by an alias either")
        }
        return (anchored.node, anchored.size)
    }

    private mutating func name(_ key: Node, depth: Int) throws(YAMLBudget.Exceeded) -> String? {
        let place = Place(file: file, key.mark)
        guard let scalar = key.scalar else {
            let kind = try convert(key, depth: depth + 1, takesSecrets: true).node.kind
            diagnostics.report(place, "a key is \(kind); it must be a name")
            return nil
        }
        if scalar.style == .plain, aliases.name(in: scalar.string) != nil {
            diagnostics.report(place, "a key is an alias; write the name itself")
            return nil
        }
        try budget.take(YAMLBudget.Size(values: 0, bytes: scalar.string.utf8.count), depth: depth, at: place)
        return aliases.restored(scalar.string)
    }
}

extension YAMLBudget.Size {
    /// Takes in what stands inside.
    fileprivate mutating func add(_ inner: YAMLBudget.Size) {
        values += inner.values
        bytes += inner.bytes
        depth = max(depth, inner.depth + 1)
        namesSecret = namesSecret || inner.namesSecret
    }
}
