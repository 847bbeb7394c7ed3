/// The one path that names one node of a document (RFC 9535, section 2.7), such as `$['Person'][0]['Name']`.
public struct NormalizedPath: Sendable, CustomStringConvertible {
    /// One step down: into an object or into an array.
    public enum Element: Sendable {
        case name(String)
        case index(Int)
    }

    /// From the root down; empty for the root itself.
    public let elements: [Element]

    /// The path from the root through these elements.
    public init(_ elements: [Element]) { self.elements = elements }

    /// As text, to the letter of RFC 9535.
    public var description: String {
        var text = "$"
        for element in elements {
            switch element {
            case .name(let name): text += "[\(Self.quoted(name))]"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }

    /// A text in single quotes, with the escapes of normalized paths: the one way to write it into a query, too.
    public static func quoted(_ text: String) -> String {
        let digits = Array("0123456789abcdef".unicodeScalars)
        var result = String.UnicodeScalarView("'".unicodeScalars)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{8}": result.append(contentsOf: #"\b"#.unicodeScalars)
            case "\t": result.append(contentsOf: #"\t"#.unicodeScalars)
            case "\n": result.append(contentsOf: #"\n"#.unicodeScalars)
            case "\u{C}": result.append(contentsOf: #"\f"#.unicodeScalars)
            case "\r": result.append(contentsOf: #"\r"#.unicodeScalars)
            case "'": result.append(contentsOf: #"\'"#.unicodeScalars)
            case "\\": result.append(contentsOf: #"\\"#.unicodeScalars)
            case "\u{0}"..."\u{1F}":
                result.append(contentsOf: #"\u00"#.unicodeScalars)
                result.append(digits[Int(scalar.value >> 4)])
                result.append(digits[Int(scalar.value & 0xF)])
            default: result.append(scalar)
            }
        }
        result.append("'")
        return String(result)
    }
}

extension NormalizedPath: Hashable {
    /// Whether two paths are the same text, compared to the byte: names that differ in Unicode normalization are different.
    public static func == (left: Self, right: Self) -> Bool {
        left.description.utf8.elementsEqual(right.description.utf8)
    }

    /// Hashes the bytes that equality compares.
    public func hash(into hasher: inout Hasher) {
        for byte in description.utf8 { hasher.combine(byte) }
    }
}
