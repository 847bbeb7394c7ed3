import LIFJSON

/// One rule by which a Translator makes a part of one data model out of another.
public struct Transformation: Sendable, Hashable {
    /// The rule's text, in ``language``; a Translator evaluates it.
    public let expression: String
    /// `JSONata`, as a rule.
    public let language: String

    /// A rule as a Metadata Repository has it; the text is not checked.
    public init(expression: String, language: String) {
        self.expression = expression
        self.language = language
    }
}

extension Transformation {
    /// Tells whether two groups of transformations are the same, whatever their order; FNV-1a of 64 bits, as hexadecimal
    /// digits. It finds changes; it protects nothing.
    static func digest(_ group: [Transformation]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for text in group.map({ "\($0.language)\u{1F}\($0.expression)\u{1E}" }).sorted() {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
        return String(hash, radix: 16)
    }

    /// A group as it is kept: `[{"expression":…,"language":…}]`.
    static func json(_ group: [Transformation]) -> RawJSON {
        var writer = JSONWriter()
        writer.array { writer in
            for transformation in group {
                writer.object { writer in
                    writer.member("expression", transformation.expression)
                    writer.member("language", transformation.language)
                }
            }
        }
        return writer.raw
    }

    /// - Returns: `nil` when it is not what `json(_:)` writes.
    static func group(_ json: RawJSON) -> [Transformation]? {
        guard json.isArray else { return nil }
        var group: [Transformation] = []
        for element in json.elements {
            guard let expression = element["expression"]?.string, let language = element["language"]?.string else {
                return nil
            }
            group.append(Transformation(expression: expression, language: language))
        }
        return group
    }
}
