package import LIFModel

/// Collects everything that is wrong with a configuration, so that a person sees it at once.
package final class Diagnostics {
    private struct Problem: Hashable {
        let place: Place
        let message: String
        let isRetryable: Bool
    }

    private var problems: [Problem] = []
    private var known: Set<Problem> = []
    private var ignored: Set<Place> = []
    /// What a person should know and nothing stops at.
    package private(set) var notices: [String] = []

    package init() {}

    /// - Parameters:
    ///   - message: What is wrong, then what is allowed. Never a value that came from the environment or is a secret.
    ///   - isRetryable: Whether reading again may succeed with nothing changed here.
    package func report(_ place: Place, _ message: String, isRetryable: Bool = false) {
        let problem = Problem(place: place, message: message, isRetryable: isRetryable)
        guard !ignored.contains(place), known.insert(problem).inserted else { return }
        problems.append(problem)
    }

    /// From now on nothing is reported of a place: the value there is not known, so nothing can be said of it.
    package func ignore(_ place: Place) { ignored.insert(place) }

    /// A sentence that a person should know; each is kept once.
    package func notice(_ message: String) {
        if !notices.contains(message) { notices.append(message) }
    }

    /// A notice about one place of the file.
    package func notice(_ place: Place, _ message: String) { notice("\(place): \(message)") }

    package var isEmpty: Bool { problems.isEmpty }
    package var count: Int { problems.count }

    /// - Throws: `LIFError` `ConfigurationNotValid` with one line per problem, in the order of the file.
    package func check() throws(LIFError) {
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

extension Diagnostics {
    /// - Parameter what: Whose token it is, for people.
    package func noticeOpenToken(of what: String, url: String) {
        guard url.lowercased().hasPrefix("http://") else { return }
        let host = url.dropFirst("http://".count).prefix { $0 != "/" }
        guard !URLText.isLoopback(host: String(host)) else { return }
        notice("The token of \(what) goes over http, unencrypted; use https.")
    }
}
