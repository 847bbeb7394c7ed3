import LIFModel
import LIFSettings
import Yams

/// Reads the text of a YAML file into nodes that know their place. The only place that knows the YAML library.
///
/// The library puts the nodes that an alias names in its place, so that a few lines may become more nodes than memory holds,
/// or nodes so deep that releasing them ends the process. So it is given a text in which an alias is an ordinary value
/// (`YAMLAliases`), and aliases are replaced here, within a budget.
struct ConfigurationDocument {
    let file: String
    let text: EnvironmentText
    let diagnostics: Diagnostics

    /// - Returns: `nil` when the text is no YAML document, or too large a one; the problem is reported.
    func root(of yaml: String) -> ConfigurationNode? {
        guard let aliases = YAMLAliases(yaml) else {
            diagnostics.report(Place(file: file), "the file has characters for private use that it must not have")
            return nil
        }
        do {
            // It keeps the names of anchors as long as it lives.
            let parser = try Parser(yaml: aliases.text)
            return try withExtendedLifetime(parser) {
                guard let node = try parser.singleRoot() else {
                    return ConfigurationNode(place: Place(file: file, line: 1, column: 1), content: .block([]))
                }
                var conversion = YAMLConversion(file: file, aliases: aliases, text: text, diagnostics: diagnostics)
                return try conversion.root(node)
            }
        } catch let error as YamlError {
            report(error, aliases)
        } catch let error as YAMLBudget.Exceeded {
            diagnostics.report(error.place, error.reason)
        } catch {
            diagnostics.report(Place(file: file), "the file is not valid YAML")
        }
        return nil
    }

    /// The library's own descriptions quote the file, which may hold credentials; its reasons do not.
    private func report(_ error: YamlError, _ aliases: YAMLAliases) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            diagnostics.report(Place(file: file, mark), "this is not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.sorted().map { "\"\(aliases.restored($0))\"" }.joined(separator: ", ")
            diagnostics.report(
                Place(file: file, context.mark),
                "in the block that starts here stands more than once: \(names); keep one of each")
        default:
            diagnostics.report(Place(file: file), "the file is not valid YAML in UTF-8")
        }
    }
}

extension Place {
    init(file: String, _ mark: Mark?) { self.init(file: file, line: mark?.line, column: mark?.column) }
}
