import LIFWorkflow

/// Text with places for the learner, `…/users/{identifier}`. Credentials are filled in already, so it describes itself
/// without its text.
public struct RESTTemplate: Sendable, Hashable {
    /// One piece of the text.
    public enum Part: Sendable, Hashable {
        case literal(String)
        /// A credential, or what the environment gave.
        case secret(String)
        case identifier
        case identifierType
    }

    /// The pieces in the order in which they are joined. Those that are `secret` must not be shown.
    public let parts: [Part]

    /// A text of pieces that have been read already.
    public init(_ parts: [Part]) { self.parts = parts }

    /// The text with the learner filled in.
    ///
    /// - Parameters:
    ///   - identifier: Encoded for the place where the text goes (a URL, a header, JSON).
    ///   - identifierType: Likewise.
    ///   - hidesSecrets: For people, with a mark in the place of each credential.
    public func filled(identifier: String, identifierType: String, hidesSecrets: Bool = false) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .secret(let secret): text += hidesSecrets ? OperatorTrace.hidden : secret
            case .identifier: text += identifier
            case .identifierType: text += identifierType
            }
        }
        return text
    }

    /// Whether the text is the same for each learner.
    public var isConstant: Bool {
        parts.allSatisfy { part in
            switch part {
            case .literal, .secret: true
            case .identifier, .identifierType: false
            }
        }
    }
}

extension RESTTemplate {
    /// Whether the text has the type of the learner's identifier.
    var namesType: Bool { parts.contains(.identifierType) }

    /// The credentials in it.
    var secrets: [String] {
        parts.compactMap { if case .secret(let secret) = $0 { secret } else { nil } }
    }
}

extension RESTTemplate: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Three dots, whatever the text is: it may hold a credential.
    public var description: String { "•••" }
    /// Three dots, as ``description``.
    public var debugDescription: String { description }
    /// A mirror without children, so that `dump` shows nothing of the text.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
