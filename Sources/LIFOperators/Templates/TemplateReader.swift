import LIFJSON
import LIFModel
import LIFSettings

/// Reads a template: fills in credentials, and leaves places for the learner.
struct TemplateReader {
    enum Destination {
        case url, header, body
        /// A variable of a command: without the learner, who is in its input.
        case environment
    }

    let credentials: Credentials
    let diagnostics: Diagnostics
    /// The names of the placeholders that are credentials, and those of them that are nowhere.
    private(set) var used: Set<String> = []
    private(set) var missing: [String] = []

    init(credentials: Credentials, diagnostics: Diagnostics) {
        self.credentials = credentials
        self.diagnostics = diagnostics
    }

    /// - Parameter shown: How people know the setting.
    /// - Returns: `nil` when a placeholder is wrong (reported). What `${…}` gave is never read for placeholders.
    mutating func template(_ text: WrittenText, for destination: Destination, shown: String) -> RESTTemplate? {
        var parts: [RESTTemplate.Part] = []
        var isValid = true
        for segment in text.segments {
            switch segment {
            case .replaced(let value), .secret(let value):
                parts.append(.secret(value))
            case .written(let written):
                if !read(written, into: &parts, for: destination, at: text.place, shown: shown) { isValid = false }
            }
        }
        return isValid ? RESTTemplate(parts) : nil
    }

    private mutating func read(
        _ written: String, into parts: inout [RESTTemplate.Part], for destination: Destination, at place: Place,
        shown: String
    ) -> Bool {
        var literal = ""
        var isValid = true
        var rest = written[...]
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            literal += rest[..<brace]
            rest = rest[brace...]
            guard let name = Self.placeholder(rest) else {
                if destination == .url || destination == .header {
                    diagnostics.report(
                        place, "\"\(shown)\" has a brace that belongs to no placeholder such as {identifier}")
                    return false
                }
                literal.append(rest.removeFirst())
                continue
            }
            rest = rest.dropFirst(name.count + 2)
            if !literal.isEmpty { parts.append(.literal(literal)) }
            literal = ""
            guard let part = part(name, for: destination, at: place, shown: shown) else {
                isValid = false
                continue
            }
            parts.append(part)
        }
        literal += rest
        if !literal.isEmpty { parts.append(.literal(literal)) }
        return isValid
    }

    /// The name between braces at the start of a text: letters, digits, `_` and `-`.
    private static func placeholder(_ text: Substring) -> String? {
        guard text.first == "{", let end = text.firstIndex(of: "}") else { return nil }
        let name = text[..<end].dropFirst()
        let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
        return isName && !name.isEmpty ? String(name) : nil
    }

    private mutating func part(
        _ name: String, for destination: Destination, at place: Place, shown: String
    ) -> RESTTemplate.Part? {
        if name == "identifier" || name == "identifierType" {
            if destination != .environment { return name == "identifier" ? .identifier : .identifierType }
            diagnostics.report(
                place, "\"\(shown)\" has a place for the learner, who is in the request on standard input only")
            return nil
        }
        if name.contains(where: \.isUppercase)
            || !NearestNames.to(name, among: ["identifier", "identifierType"]).isEmpty
        {
            let learner = destination == .environment ? "" : "{identifier}, {identifierType}, and "
            diagnostics.report(
                place,
                "\"\(shown)\" has the placeholder {\(name)}; there are \(learner)credentials in lower case such as "
                    + "{scheme}, {host} and {token}")
            return nil
        }
        used.insert(name)
        if name == "scheme" { return .literal(credentials.scheme().text) }
        guard let value = credentials.value(name) else {
            if !missing.contains(name) { missing.append(name) }
            return .literal("")
        }
        return name == "host"
            ? .literal(value.text) : .secret(Self.encoded(value.text, for: destination))
    }

    private static func encoded(_ value: String, for destination: Destination) -> String {
        switch destination {
        case .header, .environment: value
        case .body: String(RawJSON(.string(value)).text.dropFirst().dropLast())
        case .url: percentEncoded(value)
        }
    }

    /// Every byte but RFC 3986's unreserved characters.
    private static func percentEncoded(_ value: String) -> String {
        var text = ""
        for byte in value.utf8 {
            let scalar = Unicode.Scalar(byte)
            if scalar.isASCII,
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-._~".unicodeScalars.contains(scalar)
            {
                text.unicodeScalars.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text
    }
}
