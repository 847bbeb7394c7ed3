/// Text with places for the learner, `…/users/{identifier}`. Credentials are filled in already, so it describes itself
/// without its text.
public struct RESTTemplate: Sendable, Hashable {
    public enum Part: Sendable, Hashable {
        case literal(String)
        case identifier
        case identifierType
    }

    public let parts: [Part]

    public init(_ parts: [Part]) { self.parts = parts }

    /// The text with the learner filled in.
    ///
    /// - Parameters:
    ///   - identifier: Encoded for the place where the text goes (a URL, a header, JSON).
    ///   - identifierType: Likewise.
    public func filled(identifier: String, identifierType: String) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .identifier: text += identifier
            case .identifierType: text += identifierType
            }
        }
        return text
    }

    /// Whether the text is the same for each learner.
    public var isConstant: Bool {
        parts.allSatisfy { if case .literal = $0 { true } else { false } }
    }
}

extension RESTTemplate: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "•••" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
