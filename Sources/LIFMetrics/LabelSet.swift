/// The labels of one series as they are written: `a="1",b="2"`, sorted by name.
///
/// The order in which a caller gives dimensions does not matter. Of two with the same name the last counts. An empty
/// value means in Prometheus that there is no such label, so it is left out.
struct LabelSet: Sendable, Hashable {
    let bytes: [UInt8]

    /// Where label sets beyond a family's limit are counted.
    static let overflow = LabelSet([("overflow", "true")], of: .counter)

    init(_ dimensions: [(String, String)], of kind: MetricKind) {
        var values: [String: String] = [:]
        for (name, value) in dimensions {
            let name = MetricName.label(name)
            // The format has its own use for `le`.
            values[kind == .histogram && name == "le" ? "exported_le" : name] = value
        }
        var bytes: [UInt8] = []
        for (name, value) in values.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes += name.utf8
            bytes += "=\"".utf8
            Self.append(value, to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        }
        self.bytes = bytes
    }

    /// A backslash, a quotation mark and a line feed are escaped; nothing else is.
    private static func append(_ value: String, to bytes: inout [UInt8]) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            default: bytes.append(byte)
            }
        }
    }
}

extension LabelSet: Comparable {
    static func < (left: LabelSet, right: LabelSet) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}
