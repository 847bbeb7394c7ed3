/// Why a folder of records cannot be served. The message names files and members, never a learner's values.
public struct PartnerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A sentence that names the file or member at fault.
    public let message: String

    /// An error with its sentence, which must hold no learner's value.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}
