/// One key of the configuration file: known once, for the reader, the reference and its test.
package struct Setting: Sendable, Hashable {
    package enum Default: Sendable, Hashable {
        /// The key must be there.
        case required
        /// Without the key, the file reads as if this were written.
        case value(String)
        /// Without the key, nothing; what that means is said.
        case without(String)
    }

    /// From the root: `planner.port`, `information_sources[].rest.mapping.*.from`. `[]` is each item of a list, `*` a
    /// name of one's own.
    package let path: String
    package let type: SettingType
    package let `default`: Default
    /// One sentence or two, in Markdown.
    package let meaning: String

    package init(_ path: String, _ type: SettingType, _ default: Default, _ meaning: String) {
        self.path = path
        self.type = type
        self.default = `default`
        self.meaning = meaning
    }

    /// The same setting in a block.
    package func inside(_ block: String) -> Setting { Setting("\(block).\(path)", type, `default`, meaning) }

    /// The row of the setting in `docs/reference/configuration.md`.
    package var markdownRow: String {
        let standard =
            switch `default` {
            case .required: "required"
            case .value(let text): "`\(text)`"
            case .without(let words): words
            }
        return "| `\(path)` | \(type.description) | \(standard) | \(meaning) |"
    }
}
