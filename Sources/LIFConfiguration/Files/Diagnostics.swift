import LIFModel

/// Where something stands: `lif.yaml:12:5`, or `environment` for a variable.
struct Place: Sendable, Hashable, CustomStringConvertible {
    var file: String
    var line: Int?
    var column: Int?

    static let environment = Place(file: "environment")

    var description: String {
        ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":")
    }
}

/// Collects everything that is wrong with a configuration, so that a person sees it at once.
final class Diagnostics {
    private var problems: [(place: Place, message: String)] = []
    private(set) var notices: [String] = []

    /// - Parameter message: What is wrong, then what is allowed. Never a value that came from the environment.
    func report(_ place: Place, _ message: String) {
        guard !problems.contains(where: { $0.place == place && $0.message == message }) else { return }
        problems.append((place, message))
    }

    func notice(_ message: String) { notices.append(message) }

    var isEmpty: Bool { problems.isEmpty }

    /// - Throws: `LIFError` `ConfigurationNotValid` with one line per problem, in the order of the file.
    func check() throws(LIFError) {
        guard !problems.isEmpty else { return }
        let ordered = problems.enumerated().sorted { left, right in
            let (a, b) = (left.element.place, right.element.place)
            guard a.file == b.file else { return left.offset < right.offset }
            return (a.line ?? 0, a.column ?? 0, left.offset) < (b.line ?? 0, b.column ?? 0, right.offset)
        }
        let lines = ordered.map { "\($0.element.place): \($0.element.message)" }
        throw LIFError(.configurationNotValid, lines.joined(separator: "\n"))
    }
}
