import HTTPTypes

/// What a client prefers (RFC 7240): `respond-async`, `wait=N`. Others are ignored, as the RFC says.
struct PreferHeader: Equatable {
    var respondAsync = false
    /// Seconds, at most a day.
    var wait: Duration?

    init(_ headers: HTTPFields) {
        for field in headers.values(of: .prefer) {
            for preference in field.split(separator: ",") {
                let token = preference.split(separator: ";", maxSplits: 1).first ?? ""
                let pair = token.split(separator: "=", maxSplits: 1).map { $0.trimming(while: \.isWhitespace) }
                switch pair.first?.lowercased() {
                case "respond-async":
                    respondAsync = true
                case "wait":
                    if pair.count == 2, let seconds = Int(pair[1].trimming { $0 == "\"" }), seconds >= 0 {
                        wait = .seconds(min(seconds, 86_400))
                    }
                default:
                    break
                }
            }
        }
    }
}

extension Substring {
    fileprivate func trimming(while predicate: (Character) -> Bool) -> Substring {
        var result = drop(while: predicate)
        while let last = result.last, predicate(last) { result.removeLast() }
        return result
    }
}
