/// A value as it is written and as it reads once `${…}` is replaced from the environment and the secret sources.
package struct WrittenText: Sendable, Hashable {
    package enum Segment: Sendable, Hashable {
        case written(String)
        /// From the environment.
        case replaced(String)
        case secret(String)
    }

    package let place: Place
    package let segments: [Segment]
    /// Quotation marks say that it is a text whatever it looks like.
    package var isQuoted: Bool

    package init(place: Place, segments: [Segment], isQuoted: Bool = false) {
        self.place = place
        self.segments = segments
        self.isQuoted = isQuoted
    }

    package var value: String {
        segments.reduce(into: "") { text, segment in
            switch segment {
            case .written(let part), .replaced(let part), .secret(let part): text += part
            }
        }
    }

    package var hasSecret: Bool {
        segments.contains { if case .secret = $0 { true } else { false } }
    }

    /// The value with a mark in the place of secrets: what is kept must not depend on them.
    package var withoutSecrets: String {
        segments.reduce(into: "") { text, segment in
            switch segment {
            case .written(let part), .replaced(let part): text += part
            case .secret: text += "${}"
            }
        }
    }

    /// Whether all of it stands in the file.
    package var isOnlyWritten: Bool { segments.allSatisfy { if case .written = $0 { true } else { false } } }

    /// The value for an error: not what came from the environment or is a secret, and not the whole of a long one.
    package var forPeople: String {
        guard isOnlyWritten else { return "what \"${…}\" stands for" }
        return value.count <= 40 ? "\"\(value)\"" : "\"\(value.prefix(40))…\""
    }
}
