import LIFSettings
import Testing

@testable import LIFConfiguration

@Suite("Variables in values")
struct EnvironmentTextTests {
    @Test(
        "They are replaced, with defaults, and can be written literally",
        arguments: [
            ("plain", "plain"), ("${A}", "1"), ("x${A}y${B}z", "x1y2z"), ("${C:-d}", "d"), ("${E:-d}", "d"),
            ("${A:-d}", "1"), ("${C:-}", ""), ("${C:-a:-b}", "a:-b"), ("$${A}", "${A}"), ("$A $ $$", "$A $ $$"),
            ("${S}", "padded"), ("", ""), ("${E}", ""),
        ])
    func replaced(text: String, expected: String) {
        let diagnostics = Diagnostics()
        let reader = EnvironmentText(environment: ["A": "1", "B": "2", "E": "", "S": "  padded\n"])
        let segments = reader.segments(of: text, at: .environment, diagnostics)
        #expect(WrittenText(place: .environment, segments: segments).value == expected)
        #expect(diagnostics.isEmpty)
    }

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
}
