import LIFModel
import LIFOperators

/// Tells what shapes a source's data (`InformationSource.origin`): it changes when the adapter, the URL, the command, the
/// queries, the mapping, the steps of a pipeline or the translation do, and stays the same across processes and credentials.
enum Origin {
    /// - Parameter shape: What shapes the data on the side of the adapter; empty for nothing.
    static func text(
        _ adapter: AdapterCatalogue.Adapter, shape: [String], translation: Translation?, translator: String
    ) -> String {
        var parts = [adapter.id]
        if adapter.base.id != adapter.id { parts.append(adapter.base.id) }
        if !shape.isEmpty { parts.append(digest(shape.joined(separator: "\u{1D}"))) }
        if let translation { parts.append("\(translation.sourceSchemaID)>\(translation.targetSchemaID)@\(translator)") }
        if let steps = adapter.stepsShape { parts.append(digest(steps)) }
        return parts.joined(separator: ":")
    }

    /// FNV-1a of 64 bits, as hexadecimal digits. It finds changes; it protects nothing.
    static func digest(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
