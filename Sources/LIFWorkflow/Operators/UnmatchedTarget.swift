/// A member that a source's mapping is to fill, and whose paths found nothing in an answer that has data: probably a
/// mistyped path. Both are the configuration's own words; no learner's value is in them.
public struct UnmatchedTarget: Sendable, Hashable {
    /// `Person.CredentialAward.name`.
    public let target: String
    /// Where it was looked for, as the configuration has it.
    public let paths: [String]

    /// A target and the paths that found nothing for it.
    public init(target: String, paths: [String]) {
        self.target = target
        self.paths = paths
    }
}
