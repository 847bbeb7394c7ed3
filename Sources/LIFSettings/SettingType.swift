/// What may stand as a setting's value.
package enum SettingType: Sendable, Hashable, CustomStringConvertible {
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
    /// So many in a period.
    case rate
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

    package var description: String {
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
        case .rate: "number per `s`, `min` or `h`"
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
    package var phrase: String {
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
