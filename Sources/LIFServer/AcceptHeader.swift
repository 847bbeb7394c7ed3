import HTTPTypes

/// Which media types a client wants, and which of them rather (RFC 9110, section 12.5.1).
struct AcceptHeader {
    private struct Range {
        let type: String
        let quality: Double
    }

    private let ranges: [Range]

    init(_ headers: HTTPFields) {
        ranges = headers[values: .accept].flatMap { $0.split(separator: ",") }.map { text in
            let parts = text.lowercased().split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
            return Range(type: parts.first ?? "", quality: min(max(quality ?? 1, 0), 1))
        }
    }

    /// The one that the client wants most; of several the first one, which a client without a wish gets too.
    ///
    /// - Parameter types: What there is to offer, in lower case; at least one.
    func preferred<Type: RawRepresentable<String>>(among types: [Type], otherwise standard: Type) -> Type {
        var best = (type: standard, quality: 0.0)
        for type in types {
            let quality = quality(of: type.rawValue)
            if quality > best.quality { best = (type, quality) }
        }
        return best.type
    }

    /// What the most specific range says of the type counts.
    private func quality(of type: String) -> Double {
        let group = type.prefix { $0 != "/" } + "/*"
        for name in [type, String(group), "*/*"] {
            if let range = ranges.first(where: { $0.type == name }) { return range.quality }
        }
        return 0
    }
}
