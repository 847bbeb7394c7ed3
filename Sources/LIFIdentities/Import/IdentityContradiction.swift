/// Two lines of an import that give the same person, system and type two targets.
public struct IdentityContradiction: Sendable, Hashable {
    /// The line that was not taken.
    public var number: Int
    /// The line that was taken, counted from 1; it came before, perhaps in another batch.
    public var earlier: Int

    /// A contradiction between two lines of one file.
    public init(number: Int, earlier: Int) {
        self.number = number
        self.earlier = earlier
    }
}
