/// What an import has as one record, and where.
public struct IdentityImportLine: Sendable, Hashable {
    /// The number of its first line in the file, from 1.
    public var number: Int
    public var mapping: IdentityMapping

    public init(number: Int, mapping: IdentityMapping) {
        self.number = number
        self.mapping = mapping
    }
}
