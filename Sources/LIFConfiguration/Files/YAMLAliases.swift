/// The text of a YAML file in which a character that it does not have stands for each `*`. An alias is then a plain value
/// that begins with it; nothing else can begin so, for a plain value never begins with `*`. Lines and columns stay.
struct YAMLAliases {
    let text: String
    private let mark: Unicode.Scalar

    /// - Returns: `nil` for a text that has each of the characters that could stand for it.
    init?(_ yaml: String) {
        let candidates = (0xE000...0xE0FF).lazy.compactMap { Unicode.Scalar(UInt32($0)) }
        guard yaml.utf8.contains(UInt8(ascii: "*")) else {
            // Nothing stands for anything.
            (text, mark) = (yaml, "*")
            return
        }
        guard let mark = candidates.first(where: { !yaml.unicodeScalars.contains($0) }) else { return nil }
        var text = String.UnicodeScalarView()
        for scalar in yaml.unicodeScalars { text.append(scalar == "*" ? mark : scalar) }
        (self.text, self.mark) = (String(text), mark)
    }

    /// The name that a plain value holds if it is an alias.
    func name(in value: String) -> Substring? {
        value.unicodeScalars.first == mark ? Substring(value.unicodeScalars.dropFirst()) : nil
    }

    /// A value as it stands in the file.
    func restored(_ value: String) -> String {
        guard mark != "*", value.unicodeScalars.contains(mark) else { return value }
        var text = String.UnicodeScalarView()
        for scalar in value.unicodeScalars { text.append(scalar == mark ? "*" : scalar) }
        return String(text)
    }
}
