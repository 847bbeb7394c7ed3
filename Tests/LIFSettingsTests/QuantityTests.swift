import LIFSettings
import Testing

@Suite("Durations, sizes and numbers as people write them")
struct QuantityTests {
    @Test(
        "Durations and sizes are read in their units",
        arguments: [
            ("250ms", 250), ("15s", 15_000), ("15", 15_000), ("1.5s", 1_500), ("2m", 120_000), ("24h", 86_400_000),
            ("7d", 604_800_000), ("15 s", 15_000), ("0", 0), ("", nil), ("s", nil), ("-1s", nil), ("1e3", nil),
            ("15sec", nil), ("nan", nil), ("inf", nil), ("1.2.3s", nil), ("99999999999d", nil), (".5s", nil),
        ] as [(String, Int?)])
    func durations(text: String, milliseconds: Int?) {
        #expect(Quantity.duration(text) == milliseconds.map { .milliseconds($0) })
    }

    @Test(
        "Sizes",
        arguments: [("0", 0), ("100", 100), ("1KiB", 1_024), ("64MiB", 64 << 20), ("1GiB", 1 << 30), ("1MB", nil)]
            as [(String, Int?)])
    func sizes(text: String, bytes: Int?) {
        #expect(Quantity.bytes(text) == bytes)
    }

    @Test("Numbers of twenty characters, and sizes up to 10^15 bytes")
    func numbers() {
        #expect(Quantity.number(String(repeating: "0", count: 19) + "7") == 7)
        #expect(Quantity.number(String(repeating: "0", count: 20) + "7") == nil)
        #expect(Quantity.bytes("1000000000000000") == 1_000_000_000_000_000)
        #expect(Quantity.bytes("1000000000000001") == nil)
        #expect(Quantity.duration("3660d") == .seconds(3_660 * 86_400) && Quantity.duration("3661d") == nil)
    }
}
