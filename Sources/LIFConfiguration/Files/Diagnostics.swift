import LIFModel

/// Where something stands: `lif.yaml:12:5`, or `environment` for a variable.
struct Place: Sendable, Hashable, CustomStringConvertible {
    var file: String
    var line: Int?
    var column: Int?

    static let environment = Place(file: "environment")
    /// A credential that a secret source gave.
    static let secrets = Place(file: "secrets")

    var description: String {
        ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":")
    }
}

/// Collects everything that is wrong with a configuration, so that a person sees it at once.
final class Diagnostics {
    private struct Problem: Hashable {
        let place: Place
        let message: String
        let isRetryable: Bool
    }

    private var problems: [Problem] = []
    private var known: Set<Problem> = []
    private var ignored: Set<Place> = []
    private(set) var notices: [String] = []

    /// - Parameters:
    ///   - message: What is wrong, then what is allowed. Never a value that came from the environment or is a secret.
    ///   - isRetryable: Whether reading again may succeed with nothing changed here.
    func report(_ place: Place, _ message: String, isRetryable: Bool = false) {
        let problem = Problem(place: place, message: message, isRetryable: isRetryable)
        guard !ignored.contains(place), known.insert(problem).inserted else { return }
        problems.append(problem)
    }

    /// From now on nothing is reported of a place: the value there is not known, so nothing can be said of it.
    func ignore(_ place: Place) { ignored.insert(place) }

    func notice(_ message: String) {
        if !notices.contains(message) { notices.append(message) }
    }

    /// A notice about one place of the file.
    func notice(_ place: Place, _ message: String) { notice("\(place): \(message)") }

    var isEmpty: Bool { problems.isEmpty }
    var count: Int { problems.count }

    /// - Throws: `LIFError` `ConfigurationNotValid` with one line per problem, in the order of the file.
    func check() throws(LIFError) {
        guard !problems.isEmpty else { return }
        let ordered = problems.enumerated().sorted { left, right in
            let (a, b) = (left.element.place, right.element.place)
            guard a.file == b.file else { return left.offset < right.offset }
            return (a.line ?? 0, a.column ?? 0, left.offset) < (b.line ?? 0, b.column ?? 0, right.offset)
        }
        let lines = ordered.map { "\($0.element.place): \($0.element.message)" }
        throw LIFError(
            .configurationNotValid, lines.joined(separator: "\n"), isRetryable: problems.allSatisfy(\.isRetryable))
    }
}
