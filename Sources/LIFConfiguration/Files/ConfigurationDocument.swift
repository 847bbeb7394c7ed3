import LIFModel
import Yams

/// Reads the text of a YAML file into nodes that know their place. The only place that knows the YAML library.
struct ConfigurationDocument {
    let file: String
    let text: EnvironmentText
    let diagnostics: Diagnostics

    /// - Returns: `nil` when the text is no YAML document; the problem is reported.
    func root(of yaml: String) -> ConfigurationNode? {
        do {
            guard let node = try Yams.compose(yaml: yaml) else {
                return ConfigurationNode(place: Place(file: file, line: 1, column: 1), content: .block([]))
            }
            return convert(node, isRoot: true)
        } catch let error as YamlError {
            report(error)
        } catch {
            diagnostics.report(Place(file: file), "the file is not valid YAML")
        }
        return nil
    }

    /// - Parameter takesSecrets: `false` inside of `secrets`, which says where secrets are.
    private func convert(_ node: Node, isRoot: Bool = false, takesSecrets: Bool = true) -> ConfigurationNode {
        let place = place(node.mark)
        let content: ConfigurationNode.Content
        switch node {
        case .scalar(let scalar):
            if scalar.style == .plain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
                content = .nothing
            } else {
                let segments = text.segments(
                    of: scalar.string, at: place, takesSecrets: takesSecrets, diagnostics)
                content = .text(WrittenText(place: place, segments: segments, isQuoted: scalar.style != .plain))
            }
        case .sequence(let sequence):
            content = .list(sequence.map { convert($0, takesSecrets: takesSecrets) })
        case .mapping(let mapping):
            content = .block(
                mapping.compactMap { key, value in
                    guard let name = key.scalar?.string else {
                        diagnostics.report(self.place(key.mark), "a key is \(convert(key).kind); it must be a name")
                        return nil
                    }
                    let takesSecrets = takesSecrets && !(isRoot && name == "secrets")
                    return ConfigurationNode.Member(
                        name: name, place: self.place(key.mark), value: convert(value, takesSecrets: takesSecrets))
                })
        case .alias:
            content = .nothing
        }
        return ConfigurationNode(place: place, content: content)
    }

    private func place(_ mark: Mark?) -> Place { Place(file: file, line: mark?.line, column: mark?.column) }

    /// The library's own descriptions quote the file, which may hold credentials; its reasons do not.
    private func report(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            diagnostics.report(place(mark), "this is not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
            diagnostics.report(
                place(context.mark), "in the block that starts here stands more than once: \(names); keep one of each")
        default:
            diagnostics.report(Place(file: file), "the file is not valid YAML in UTF-8")
        }
    }
}
