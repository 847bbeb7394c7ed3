import LIFModel

/// The name of the file that holds a learner: `{identifier}.json`, or a fixed one such as `employment.csv`.
///
/// Whatever an identifier is, the name is that of a file in the folder itself: `/`, `%`, control characters and a dot at
/// its beginning stand percent-encoded. Each identifier has a name of its own.
public struct FileNameTemplate: Sendable, Hashable, CustomStringConvertible {
    private enum Part: Sendable, Hashable {
        case literal(String)
        case identifier
        case identifierType
    }

    private let parts: [Part]
    /// The template as it was written, with its places.
    public let description: String

    /// Reads a name with the places `{identifier}` and `{identifierType}`; the latter stands as a token, such as
    /// `SCHOOL_ASSIGNED_NUMBER`.
    ///
    /// - Returns: `nil` when the text is empty, has other places, or what is outside them has a `/` or a control
    ///   character or begins with a dot.
    public init?(parsing text: String) {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { parts.append(.literal(String(rest[..<open]))) }
            guard let close = rest[open...].firstIndex(of: "}") else { return nil }
            switch rest[rest.index(after: open)..<close] {
            case "identifier": parts.append(.identifier)
            case "identifierType": parts.append(.identifierType)
            default: return nil
            }
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.literal(String(rest))) }
        guard !parts.isEmpty, text.first != ".", Self.isHarmless(parts) else { return nil }
        self.parts = parts
        description = text
    }

    /// Whether each learner has a file of their own.
    public var namesLearner: Bool { parts.contains(.identifier) }

    /// Whether learners with identifiers of different types have different files.
    var namesType: Bool { parts.contains(.identifierType) }

    /// - Returns: `nil` when no file can have the name: it would be longer than 255 bytes.
    func name(for learner: LearnerIdentifier) -> String? {
        var name = ""
        for part in parts {
            switch part {
            case .literal(let literal): name += literal
            case .identifier: name += Self.encoded(learner.identifier)
            case .identifierType: name += Self.encoded(learner.typeToken)
            }
        }
        return (1...255).contains(name.utf8.count) ? name : nil
    }

    private static func isHarmless(_ parts: [Part]) -> Bool {
        parts.allSatisfy { part in
            guard case .literal(let text) = part else { return true }
            return text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") } && !text.contains("}")
        }
    }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let isLeadingDot = byte == UInt8(ascii: ".") && bytes.isEmpty
            if byte < 0x20 || byte == 0x7F || "/%".utf8.contains(byte) || isLeadingDot {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]]
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
