/// A value of a configuration file, and where it stands.
struct ConfigurationNode {
    enum Content {
        case nothing
        case text(WrittenText)
        case list([ConfigurationNode])
        case block([Member])
    }

    struct Member {
        let name: String
        /// Where the name stands.
        let place: Place
        let value: ConfigurationNode
    }

    let place: Place
    let content: Content

    var text: WrittenText? {
        if case .text(let text) = content { text } else { nil }
    }

    var list: [ConfigurationNode]? {
        if case .list(let list) = content { list } else { nil }
    }

    var members: [Member]? {
        if case .block(let members) = content { members } else { nil }
    }

    /// Whether no value is there, or `null`.
    var isNothing: Bool {
        if case .nothing = content { true } else { false }
    }

    /// Whether nothing is in it: no value, an empty text, `[]` or `{}`.
    var isEmpty: Bool {
        switch content {
        case .nothing: true
        case .text(let text): text.value.isEmpty
        case .list(let items): items.isEmpty
        case .block(let members): members.isEmpty
        }
    }

    /// For a sentence: "is a list".
    var kind: String {
        switch content {
        case .nothing: "empty"
        case .text: "a single value"
        case .list: "a list"
        case .block: "a block of keys"
        }
    }
}

/// A value as it is written and as it reads once `${…}` is replaced from the environment and the secret sources.
struct WrittenText: Sendable, Hashable {
    enum Segment: Sendable, Hashable {
        case written(String)
        /// From the environment.
        case replaced(String)
        case secret(String)
    }

    let place: Place
    let segments: [Segment]
    /// Quotation marks say that it is a text whatever it looks like.
    var isQuoted = false

    var value: String {
        segments.reduce(into: "") { text, segment in
            switch segment {
            case .written(let part), .replaced(let part), .secret(let part): text += part
            }
        }
    }

    var hasSecret: Bool {
        segments.contains { if case .secret = $0 { true } else { false } }
    }

    /// The value with a mark in the place of secrets: what is kept must not depend on them.
    var withoutSecrets: String {
        segments.reduce(into: "") { text, segment in
            switch segment {
            case .written(let part), .replaced(let part): text += part
            case .secret: text += "${}"
            }
        }
    }

    /// Whether all of it stands in the file.
    var isOnlyWritten: Bool { segments.allSatisfy { if case .written = $0 { true } else { false } } }

    /// The value for an error: not what came from the environment or is a secret, and not the whole of a long one.
    var forPeople: String {
        guard isOnlyWritten else { return "what \"${…}\" stands for" }
        return value.count <= 40 ? "\"\(value)\"" : "\"\(value.prefix(40))…\""
    }
}
