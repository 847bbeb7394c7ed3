/// What a family of metrics is, as its `# TYPE` line says.
enum MetricKind: String, Sendable, Hashable, Comparable {
    case counter
    case gauge
    case histogram

    /// What the samples of a family of this kind have after its name.
    var suffixes: [String] { self == .histogram ? ["", "_bucket", "_sum", "_count"] : [""] }

    static func < (left: MetricKind, right: MetricKind) -> Bool { left.rawValue < right.rawValue }
}
