/// 128 random bits as 32 hexadecimal digits. Job and correlation ids open personal data, so they cannot be guessed.
public struct RandomID: Sendable, Hashable, CustomStringConvertible {
    /// The id as clients and stores have it: 32 lower-case digits when it was made here.
    public let text: String

    /// A new one, from the system's cryptographic generator.
    public init() {
        var generator = SystemRandomNumberGenerator()
        text = Self.digits(generator.next()) + Self.digits(generator.next())
    }

    /// One that a client or a store gives back; `nil` when it cannot be one of ours.
    public init?(_ text: String) {
        guard (1...64).contains(text.utf8.count),
            text.utf8.allSatisfy({
                ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z"))
                    || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: "-")
            })
        else { return nil }
        self.text = text
    }

    /// The whole id. It opens personal data: logs show ``logLabel``.
    public var description: String { text }

    /// The first eight digits: enough to follow it through a log, too few to open anything.
    public var logLabel: String { String(text.prefix(8)) }

    private static func digits(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
