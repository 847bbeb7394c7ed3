#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An IPv4 or IPv6 address by its bytes, so that one address has one spelling.
package struct IPAddress: Sendable, Hashable {
    /// 4 or 16.
    package let bytes: [UInt8]

    /// - Parameter text: An IPv6 address may be in brackets.
    package init?(_ text: some StringProtocol) {
        let isBracketed = text.first == "[" && text.last == "]"
        let text = isBracketed ? String(text.dropFirst().dropLast()) : String(text)
        var (short, long) = ([UInt8](repeating: 0, count: 4), [UInt8](repeating: 0, count: 16))
        if inet_pton(AF_INET, text, &short) == 1 {
            bytes = short
        } else if inet_pton(AF_INET6, text, &long) == 1 {
            // An IPv4 address may be written as an IPv6 one.
            let isMapped = long.prefix(10).allSatisfy { $0 == 0 } && long[10] == 0xFF && long[11] == 0xFF
            bytes = isMapped ? Array(long.suffix(4)) : long
        } else {
            return nil
        }
    }

    package var isLoopback: Bool {
        bytes.count == 4 ? bytes.first == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    /// Whether it begins with the same bits as another one.
    package func shares(_ bits: Int, with other: IPAddress) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        let whole = bits / 8
        guard bytes.prefix(whole) == other.bytes.prefix(whole) else { return false }
        guard bits % 8 > 0, whole < bytes.count else { return true }
        return (bytes[whole] ^ other.bytes[whole]) >> UInt8(8 - bits % 8) == 0
    }
}

/// The one rule of which hosts are this machine.
package enum Loopback {
    /// Whether what is sent to the host stays on this machine: a loopback address in full, or `localhost`. Any other name leads
    /// where a name service says, also one under `.localhost`.
    ///
    /// - Parameter host: In any case; an IPv6 address with or without brackets.
    package static func contains(host: some StringProtocol) -> Bool {
        IPAddress(host)?.isLoopback ?? (host.lowercased() == "localhost")
    }
}
