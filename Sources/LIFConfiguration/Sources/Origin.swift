import LIFModel
import LIFOperators

/// Tells what shapes a source's data (`InformationSource.origin`): it changes when the adapter, the URL, the mapping or
/// the translation does, and stays the same across processes and credentials.
enum Origin {
    static func text(adapterID: String, shape: String, translation: Translation?) -> String {
        var text = adapterID
        if !shape.isEmpty { text += ":\(shape)" }
        if let translation { text += ":\(translation.sourceSchemaID)>\(translation.targetSchemaID)" }
        return text
    }

    /// What a `rest:` block asks and makes of the answer, in 64 bits.
    ///
    /// - Parameter url: The URL as it is written, with credentials still as placeholders.
    static func shape(_ rest: RESTConfiguration, url: String) -> String {
        let mapping = rest.mapping.map { mapping in
            let fields = mapping.fields.map { fields in fields.map(shape).joined(separator: "\u{1E}") } ?? "*"
            return [mapping.path.description, mapping.from.description, fields].joined(separator: "\u{1F}")
        }
        return digest(([url, rest.data.description] + mapping).joined(separator: "\u{1D}"))
    }

    private static func shape(_ field: FragmentMapping.Field) -> String {
        switch field.source {
        case .paths(let paths): "\(field.name)<\(paths.map(\.description).joined(separator: "|"))"
        case .constant(let value): "\(field.name)=\(value)"
        }
    }

    /// FNV-1a of 64 bits, as hexadecimal digits. It finds changes; it protects nothing.
    private static func digest(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
