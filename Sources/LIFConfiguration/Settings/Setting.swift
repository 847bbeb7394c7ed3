/// One key of the configuration file: known once, for the reader, the reference and its test.
public struct Setting: Sendable, Hashable {
    public enum Default: Sendable, Hashable {
        /// The key must be there.
        case required
        /// Without the key, the file reads as if this were written.
        case value(String)
        /// Without the key, nothing; what that means is said.
        case without(String)
    }

    /// From the root: `planner.port`, `information_sources[].rest.mapping.*.from`. `[]` is each item of a list, `*` a
    /// name of one's own.
    public let path: String
    public let type: SettingType
    public let `default`: Default
    /// One sentence or two, in Markdown.
    public let meaning: String

    init(_ path: String, _ type: SettingType, _ default: Default, _ meaning: String) {
        self.path = path
        self.type = type
        self.default = `default`
        self.meaning = meaning
    }

    /// The row of the setting in `docs/reference/configuration.md`.
    public var markdownRow: String {
        let standard =
            switch `default` {
            case .required: "required"
            case .value(let text): "`\(text)`"
            case .without(let words): words
            }
        return "| `\(path)` | \(type.description) | \(standard) | \(meaning) |"
    }
}

/// What may stand as a setting's value.
public enum SettingType: Sendable, Hashable, CustomStringConvertible {
    case block
    case blocks
    /// Names of one's own, each with a value.
    case names
    case text
    /// A text that is never printed.
    case secret
    case whole(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case duration(zeroAllowed: Bool)
    case bytes
    case choice([String])
    case boolean
    case url
    case file
    case folder
    case texts
    /// A duration, or for ever.
    case retention
    case fieldPaths
    /// The name of one of our adapters, or of something under one of these keys.
    case adapter([String], orNameOf: [String])
    /// The name of something under this key.
    case name(of: String)
    /// A name of `connections`, or a block.
    case connection
    /// `environment`, or a block with the one key that says what it is.
    case secretSources
    case wholes(ClosedRange<Int>)
    case fragmentPaths
    case template
    case answerPath
    /// An answer path, a list of them, or a block: a constant, or an object with members of its own.
    case field

    public var description: String {
        switch self {
        case .block: "block"
        case .blocks: "list of blocks"
        case .names: "block of names"
        case .text: "text"
        case .secret: "text, never printed"
        case .whole(let range): "whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "number from \(Self.short(range.lowerBound)) to \(Self.short(range.upperBound))"
        case .duration(let zeroAllowed): zeroAllowed ? "duration" : "duration above 0"
        case .bytes: "size"
        case .choice(let names): names.map { "`\($0)`" }.joined(separator: " or ")
        case .boolean: "`true` or `false`"
        case .url: "URL"
        case .file: "file path"
        case .folder: "folder path"
        case .texts: "list of texts"
        case .retention: "duration, or `forever`"
        case .fieldPaths: "list of field paths"
        case .adapter(let names, let keys):
            (names.map { "`\($0)`" } + keys.map { "a name of `\($0)`" }).joined(separator: " or ")
        case .name(let key): "name of `\(key)`"
        case .connection: "name of `connections`, or block"
        case .secretSources: "list of `environment` and blocks"
        case .wholes(let range): "list of whole numbers from \(range.lowerBound) to \(range.upperBound)"
        case .fragmentPaths: "list of fragment paths"
        case .template: "template"
        case .answerPath: "dot path or JSONPath"
        case .field: "path, list of paths, or block"
        }
    }

    /// For "it must be …".
    var phrase: String {
        switch self {
        case .choice(let names): names.map { "\"\($0)\"" }.joined(separator: " or ")
        case .boolean: "\"true\" or \"false\""
        case .secret, .template: "a text"
        case .retention: "a duration or \"forever\""
        case .name(let key): "a name of \"\(key)\""
        case .connection: "a name of \"connections\" or a block of keys"
        case .secretSources: "a list of \"environment\" and blocks"
        case .adapter: "the name of an adapter"
        default: "a \(description)"
        }
    }

    private static func short(_ number: Double) -> String {
        number == number.rounded() ? String(Int(number)) : String(number)
    }
}
