/// Makes gzip bodies (RFC 1952, RFC 1951) by hand, so that the tests need no compression library.
enum Gzip {
    private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]

    /// The bytes in one stored block.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        let count = UInt16(bytes.count)
        var result = header
        result.append(1)
        result += [UInt8(count & 0xFF), UInt8(count >> 8), UInt8(~count & 0xFF), UInt8(~count >> 8)]
        result += bytes
        result += littleEndian(checksum(bytes))
        result += littleEndian(UInt32(bytes.count))
        return result
    }

    /// A stream that never ends and holds zeros only: the start, and a piece of 13 bytes to be sent again and again, each
    /// of which is 2,064 zeros.
    static var endlessZeros: (start: [UInt8], piece: [UInt8]) {
        // One block with fixed codes: a literal zero (8 bits), then for ever "the 258 bytes at distance 1" (13 bits). Eight
        // of those are 13 bytes, so from the third byte on the stream repeats itself.
        var bits: [UInt8] = [1, 1, 0] + [0, 0, 1, 1, 0, 0, 0, 0]
        while bits.count < 15 * 8 { bits += [1, 1, 0, 0, 0, 1, 0, 1] + [0, 0, 0, 0, 0] }
        let bytes = (0..<15).map { index in
            (0..<8).reduce(UInt8(0)) { $0 | bits[index * 8 + $1] << UInt8($1) }
        }
        return (header + bytes[..<2], Array(bytes[2...]))
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
