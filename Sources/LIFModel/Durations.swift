extension Duration {
    /// Whole milliseconds, rounded down.
    public var inMilliseconds: Int {
        Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }

    public var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }

    /// "10 s" or "250 ms".
    public var forPeople: String {
        let milliseconds = inMilliseconds
        return milliseconds % 1_000 == 0 && milliseconds > 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds) ms"
    }
}
