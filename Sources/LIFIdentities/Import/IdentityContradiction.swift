/// Two lines of an import that give the same person, system and type two targets.
public struct IdentityContradiction: Sendable, Hashable {
    /// The line that was not taken.
    public var number: Int
    public var earlier: Int

    public init(number: Int, earlier: Int) {
        self.number = number
        self.earlier = earlier
    }
}
