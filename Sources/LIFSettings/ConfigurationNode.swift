/// A value of a configuration file, and where it stands.
package struct ConfigurationNode {
    package enum Content {
        case nothing
        case text(WrittenText)
        case list([ConfigurationNode])
        case block([Member])
    }

    package struct Member {
        package let name: String
        /// Where the name stands.
        package let place: Place
        package let value: ConfigurationNode

        package init(name: String, place: Place, value: ConfigurationNode) {
            self.name = name
            self.place = place
            self.value = value
        }
    }

    package let place: Place
    package let content: Content

    package init(place: Place, content: Content) {
        self.place = place
        self.content = content
    }

    package var text: WrittenText? {
        if case .text(let text) = content { text } else { nil }
    }

    package var list: [ConfigurationNode]? {
        if case .list(let list) = content { list } else { nil }
    }

    package var members: [Member]? {
        if case .block(let members) = content { members } else { nil }
    }

    /// Whether no value is there, or `null`.
    package var isNothing: Bool {
        if case .nothing = content { true } else { false }
    }

    /// Whether nothing is in it: no value, an empty text, `[]` or `{}`.
    package var isEmpty: Bool {
        switch content {
        case .nothing: true
        case .text(let text): text.value.isEmpty
        case .list(let items): items.isEmpty
        case .block(let members): members.isEmpty
        }
    }

    /// For a sentence: "is a list".
    package var kind: String {
        switch content {
        case .nothing: "empty"
        case .text: "a single value"
        case .list: "a list"
        case .block: "a block of keys"
        }
    }
}
