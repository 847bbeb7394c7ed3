/// Names as the format allows them. Any other character becomes `_`, and so does an empty name; a digit in front gets
/// one before it.
enum MetricName {
    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`
    static func metric(_ name: String) -> String { sanitized(name, allowsColon: true) }

    /// `[a-zA-Z_][a-zA-Z0-9_]*`, and not two underscores in front: such names are Prometheus' own.
    static func label(_ name: String) -> String {
        let name = sanitized(name, allowsColon: false)
        guard name.hasPrefix("__") else { return name }
        return "_" + name.drop { $0 == "_" }
    }

    private static func sanitized(_ name: String, allowsColon: Bool) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_": result.unicodeScalars.append(scalar)
            case ":" where allowsColon: result.unicodeScalars.append(scalar)
            case "0"..."9":
                if result.isEmpty { result = "_" }
                result.unicodeScalars.append(scalar)
            default: result += "_"
            }
        }
        return result.isEmpty ? "_" : result
    }
}
