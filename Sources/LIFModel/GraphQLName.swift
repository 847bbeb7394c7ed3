/// How deployed LIF APIs write names and enum values of the data model that GraphQL cannot write.
public enum GraphQLName {
    /// The name of a field: each character that GraphQL does not allow becomes `_`, a digit at the start gets one before
    /// it, and of several at the start one remains, because names with two are GraphQL's own.
    public static func field(_ name: String) -> String {
        var bytes = name.unicodeScalars.map { $0.isNameCharacter ? UInt8($0.value) : UInt8(ascii: "_") }
        if let first = bytes.first, first.isASCIIDigit { bytes.insert(UInt8(ascii: "_"), at: 0) }
        if bytes.starts(with: "__".utf8) { bytes = [UInt8(ascii: "_")] + bytes.drop { $0 == UInt8(ascii: "_") } }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The name of an enum's value: upper case, each character but letters, digits and `_` becomes `_`, and a digit at the
    /// start gets one before it: `Part-time` is `PART_TIME`.
    public static func enumValue(_ value: String) -> String {
        let scalars = value.uppercased().unicodeScalars.map { $0.isWordCharacter ? $0 : "_" }
        let needsPrefix = scalars.first.map { $0.properties.numericType == .decimal } ?? false
        return (needsPrefix ? "_" : "") + String(String.UnicodeScalarView(scalars))
    }
}

extension Unicode.Scalar {
    fileprivate var isNameCharacter: Bool { isASCII && isWordCharacter }

    fileprivate var isWordCharacter: Bool {
        self == "_" || properties.isAlphabetic || properties.numericType != nil
    }
}

extension UInt8 {
    fileprivate var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
