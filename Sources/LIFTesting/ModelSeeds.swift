import Foundation

/// The seeds with which tests of random events run. A failed case names its seed.
///
/// `LIF_MODEL_SEEDS` asks for more of them, and `LIF_MODEL_SEED` for those from one seed on, to look at a failure again.
public enum ModelSeeds {
    /// The seeds of a test of random events.
    ///
    /// - Parameter usual: How many a run of all tests has time for.
    /// - Returns: Others in each run.
    public static func some(_ usual: Int) -> Range<UInt64> {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["LIF_MODEL_SEEDS"].flatMap { UInt64($0) } ?? UInt64(usual)
        let first = environment["LIF_MODEL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1 << 48)
        return first..<first + count
    }
}
