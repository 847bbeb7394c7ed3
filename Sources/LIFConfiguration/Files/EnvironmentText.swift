import LIFModel
import LIFSettings

/// Replaces `${NAME}`, `${NAME:-default}` and `${secret:NAME}` in a value; `$${` stands for `${` itself.
struct EnvironmentText {
    let environment: [String: String]
    var secrets = SecretLookup()

    /// - Parameter takesSecrets: `false` where only the environment may be named.
    /// - Returns: The segments; a problem is reported instead of guessed at, and its segment left out.
    func segments(
        of text: String, at place: Place, takesSecrets: Bool = true, _ diagnostics: Diagnostics
    ) -> [WrittenText.Segment] {
        var segments: [WrittenText.Segment] = []
        var written = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            written += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                written += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else {
                    diagnostics.report(place, "\"${\" is not closed; write \"${NAME}\", or \"$${\" for the text itself")
                    return segments
                }
                if !written.isEmpty { segments.append(.written(written)) }
                written = ""
                let reference = rest[..<end].dropFirst(2)
                if let segment = segment(of: reference, at: place, takesSecrets: takesSecrets, diagnostics) {
                    segments.append(segment)
                } else {
                    diagnostics.ignore(place)
                }
                rest = rest[end...].dropFirst()
            } else {
                written.append("$")
                rest = rest.dropFirst()
            }
        }
        written += rest
        if !written.isEmpty || segments.isEmpty { segments.append(.written(written)) }
        return segments
    }

    private func segment(
        of reference: Substring, at place: Place, takesSecrets: Bool, _ diagnostics: Diagnostics
    ) -> WrittenText.Segment? {
        let mark = "secret:"
        guard reference.hasPrefix(mark), !reference.hasPrefix("\(mark)-") else {
            return value(of: reference, at: place, diagnostics).map { .replaced($0) }
        }
        let name = reference.dropFirst(mark.count).trimmed
        if !takesSecrets {
            diagnostics.report(
                place, "\"${secret:…}\" is not allowed in \"secrets\"; \"${NAME}\" of the environment may")
            return nil
        }
        return secret(name, at: place, diagnostics)
    }

    private func secret(_ name: String, at place: Place, _ diagnostics: Diagnostics) -> WrittenText.Segment? {
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), !name.contains(":-") else {
            diagnostics.report(
                place, "\"${secret:…}\" holds no name of a secret; write \"${secret:NAME}\", without a default")
            return nil
        }
        switch secrets.reference(name) {
        case .value(let secret):
            return .secret(secret.reveal())
        case .notAsked:
            return nil
        case .absent:
            diagnostics.report(
                place,
                "the secret \"\(name)\" is in none of the sources asked: \(secrets.asked.joined(separator: ", "))")
            return nil
        }
    }

    private func value(of reference: Substring, at place: Place, _ diagnostics: Diagnostics) -> String? {
        let marker = reference.range(of: ":-")
        let name = marker.map { reference[..<$0.lowerBound] } ?? reference
        guard let first = name.unicodeScalars.first, !("0"..."9").contains(first),
            name.unicodeScalars.allSatisfy({ $0 == "_" || ($0.isASCII && $0.properties.isAlphabetic) || $0.isDigit })
        else {
            diagnostics.report(
                place, "\"${…}\" holds no name of a variable; write \"${NAME}\" or \"${NAME:-default}\"")
            return nil
        }
        let value = environment[String(name)]?.trimmed
        if let marker {
            return value.flatMap { $0.isEmpty ? nil : $0 } ?? String(reference[marker.upperBound...])
        }
        if value == nil {
            diagnostics.report(
                place,
                "the environment variable \(name) is not set; set it, or write \"${\(name):-default}\"")
        }
        return value
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}

extension StringProtocol {
    fileprivate func range(of mark: String) -> Range<Index>? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(mark) { return index..<self.index(index, offsetBy: mark.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
