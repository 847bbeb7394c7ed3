/// What an import has as one record, and where.
public struct IdentityImportLine: Sendable, Hashable {
    /// The number of its first line in the file, from 1.
    public var number: Int
    /// The mapping that the line holds.
    public var mapping: IdentityMapping

    /// A line that was read and has the shape of a mapping.
    public init(number: Int, mapping: IdentityMapping) {
        self.number = number
        self.mapping = mapping
    }
}
