package import LIFModel

/// The secrets of a configuration while it is read: each reading notes which are wanted, and the second one has
/// what the secret sources answered.
package final class SecretLookup {
    package enum Answer {
        case value(Secret)
        /// The sources have not been asked yet.
        case notAsked
        case absent
    }

    /// `nil` before the sources were asked.
    private let found: [String: Secret]?
    /// The names of the sources that were asked, for messages.
    package let asked: [String]
    package private(set) var wanted: Set<String> = []
    /// Whether there is any source beside the environment, so that credentials of sources may be had from there.
    package var hasOtherSources = false

    package init() {
        found = nil
        asked = []
    }

    package init(found: [String: Secret], asked: [String]) {
        // A file or a secrets manager often has a line break after a token, which no header may have.
        self.found = found.compactMapValues { secret in
            let text = secret.reveal().trimmed
            return text.isEmpty ? nil : Secret(text)
        }
        self.asked = asked
    }

    /// What `${secret:name}` stands for.
    package func reference(_ name: String) -> Answer { answer(name) }

    /// A source's credential that neither the file nor the environment has.
    package func credential(_ variable: String) -> Answer { hasOtherSources ? answer(variable) : .absent }

    /// Where the secrets that are wanted are in a folder with a file for each.
    package func paths(in folder: String) -> [String] { wanted.filter { !$0.contains("/") }.map { "\(folder)/\($0)" } }

    private func answer(_ name: String) -> Answer {
        wanted.insert(name)
        guard let found else { return .notAsked }
        return found[name].map(Answer.value) ?? .absent
    }
}
