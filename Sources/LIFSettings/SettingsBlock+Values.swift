extension SettingsBlock {
    /// A single value as written, not empty.
    package func written(_ name: String) -> WrittenText? {
        guard let node = node(name) else {
            guard !has(name), case .value(let text) = setting(name)?.default else { return nil }
            return WrittenText(place: place, segments: [.written(text)])
        }
        guard let text = node.text else {
            report(name, "is \(node.kind); it must be \(setting(name)?.type.phrase ?? "a text")")
            return nil
        }
        if text.value.trimmed.isEmpty {
            report(name, "is empty; give it a value or leave the key out")
            return nil
        }
        return text
    }

    package func text(_ name: String) -> String? { written(name)?.value }

    /// A credential: trimmed, and fit for a header.
    package func secret(_ name: String) -> String? {
        guard let value = written(name)?.value.trimmed else { return nil }
        guard Self.isToken(value) else {
            report(name, Self.noToken)
            return nil
        }
        return value
    }

    package static func isToken(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 0x20 && $0.value != 0x7F }
    }

    package static let noToken = "has a space, a control character or one beyond ASCII inside; a token has none"

    package func whole(_ name: String) -> Int? {
        value(name) { text in
            guard case .whole(let range) = setting(name)?.type, let value = Int(text), range.contains(value),
                !text.hasPrefix("+")
            else { return nil }
            return value
        }
    }

    package func number(_ name: String) -> Double? {
        value(name) { text in
            guard case .number(let range) = setting(name)?.type, let value = Quantity.number(text),
                range.contains(value)
            else { return nil }
            return value
        }
    }

    package func duration(_ name: String) -> Duration? {
        value(name, such: " such as 250ms, 15s, 2m or 24h, or a number of seconds") { text in
            guard case .duration(let zeroAllowed) = setting(name)?.type, let value = Quantity.duration(text),
                zeroAllowed || value > .zero
            else { return nil }
            return value
        }
    }

    package func bytes(_ name: String) -> Int? {
        value(name, such: " such as 512KiB, 64MiB or 1GiB, or a number of bytes") { Quantity.bytes($0) }
    }

    package func choice<Choice: RawRepresentable<String>>(_ name: String, _: Choice.Type = Choice.self) -> Choice? {
        value(name) { Choice(rawValue: $0) }
    }

    package func boolean(_ name: String) -> Bool? { value(name) { Bool($0) } }

    package func url(_ name: String) -> String? {
        guard let text = written(name)?.value.trimmed else { return nil }
        if let problem = URLText.problem(in: text, allowsQuery: false) {
            report(name, "is not a URL that can be used: \(problem)")
            return nil
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// How long something is kept; `nil` for ever.
    package func retention(_ name: String) -> Duration? {
        if written(name)?.value.trimmed == "forever" { return nil }
        return value(name, such: " such as 1h or 7d, or a number of seconds") { Quantity.duration($0) }
    }

    /// A file or folder: from the folder of the file where it is written.
    package func path(_ name: String) -> String? {
        written(name).map { PathText.path($0.value, besides: $0.place.file) }
    }

    /// The texts of a list; a single one may stand alone.
    package func texts(_ name: String) -> [WrittenText]? {
        guard let node = node(name) else {
            if case .value("[]") = setting(name)?.default { return [] }
            return nil
        }
        if let text = node.text { return [text] }
        guard let list = node.list else {
            report(name, "is \(node.kind); it must be \(setting(name)?.type.phrase ?? "a list")")
            return nil
        }
        return list.enumerated().compactMap { index, item in
            if let text = item.text, !text.value.trimmed.isEmpty { return text }
            diagnostics.report(item.place, "\"\(shown(name))[\(index)]\" is \(item.kind); it must be a text")
            return nil
        }
    }

    /// Whether a list is there without any item.
    package func isEmptyList(_ name: String) -> Bool { member(name)?.value.list?.isEmpty ?? false }

    /// A value that `read` understands.
    package func value<Value>(_ name: String, such: String = "", _ read: (String) -> Value?) -> Value? {
        guard let text = written(name) else { return nil }
        if let value = read(text.value.trimmed) { return value }
        report(name, "is \(text.forPeople); it must be \(setting(name)?.type.phrase ?? "a value")\(such)")
        return nil
    }
}
