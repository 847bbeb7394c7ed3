/// Writes the Prometheus text exposition format 0.0.4.
struct ExpositionWriter {
    private(set) var bytes: [UInt8] = []

    /// - Parameter help: `nil` writes no `# HELP` line.
    mutating func family(_ name: String, _ kind: MetricKind, help: String?) {
        if let help {
            line("# HELP \(name) ")
            append(help: help)
            endLine()
        }
        line("# TYPE \(name) \(kind.rawValue)")
        endLine()
    }

    mutating func comment(_ text: String) {
        line("# ")
        append(help: text)
        endLine()
    }

    mutating func sample(_ name: String, _ labels: LabelSet, _ value: some BinaryInteger) {
        sample(name, labels.bytes, "\(value)")
    }

    mutating func sample(_ name: String, _ labels: LabelSet, _ value: Double) {
        sample(name, labels.bytes, Self.text(value))
    }

    /// - Parameter count: Of this bucket and those below it.
    mutating func bucket(_ name: String, _ labels: LabelSet, _ bound: Double, _ count: UInt64) {
        var all = labels.bytes
        if !all.isEmpty { all.append(UInt8(ascii: ",")) }
        all += "le=\"\(Self.text(bound))\"".utf8
        sample(name + "_bucket", all, "\(count)")
    }

    /// The shortest text that reads back as the same number; whole numbers without a point.
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), abs(value) < 0x1p53 { return "\(whole)" }
        return "\(value)"
    }

    private mutating func sample(_ name: String, _ labels: [UInt8], _ value: String) {
        line(name)
        if !labels.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            bytes += labels
            bytes.append(UInt8(ascii: "}"))
        }
        line(" \(value)")
        endLine()
    }

    private mutating func line(_ text: String) { bytes += text.utf8 }

    private mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }

    /// In a help text a backslash and a line feed are escaped; a quotation mark is not.
    private mutating func append(help: String) {
        for byte in help.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += [byte, byte]
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            default: bytes.append(byte)
            }
        }
    }
}
