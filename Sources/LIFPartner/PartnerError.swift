/// Why a folder of records cannot be served. The message names files and members, never a learner's values.
public struct PartnerError: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}
