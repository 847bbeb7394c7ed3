import HTTPTypes

/// How old an answer's data may be at most (RFC 9111, 5.2.1): `no-cache`, `max-age=N`. Other directives are ignored, as the RFC
/// says.
struct CacheControlHeader: Equatable {
    /// Zero for `no-cache`; `nil` when the client says nothing.
    var maximumAge: Duration?

    init(_ headers: HTTPFields) {
        for directive in headers[values: .cacheControl].flatMap({ $0.split(separator: ",") }) {
            let pair = directive.split(separator: "=", maxSplits: 1).map { text in
                text.filter { !$0.isWhitespace && $0 != "\"" }.lowercased()
            }
            switch pair.first {
            case "no-cache":
                maximumAge = .zero
            case "max-age":
                guard pair.count == 2, !pair[1].isEmpty, pair[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                    continue
                }
                // A number too large for the type is a very long time (RFC 9111, 1.2.2).
                let age = Duration.seconds(min(Int(pair[1]) ?? .max, 1 << 31))
                maximumAge = maximumAge.map { min($0, age) } ?? age
            default:
                break
            }
        }
    }
}
