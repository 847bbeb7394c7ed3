import LIFModel
import Testing

@Suite("Durations as people write them")
struct DurationTests {
    @Test(
        "They are read in their units",
        arguments: [
            ("250ms", 250), ("15s", 15_000), ("15", 15_000), ("1.5s", 1_500), ("1.5", 1_500), ("2m", 120_000),
            ("24h", 86_400_000), ("7d", 604_800_000), ("0.5d", 43_200_000), ("15 s", 15_000), ("15s ", 15_000),
            ("0", 0), ("0.4ms", 0), ("0.5ms", 1), ("3660d", 316_224_000_000),
        ])
    func read(text: String, milliseconds: Int) {
        #expect(Duration(text: text) == .milliseconds(milliseconds))
    }

    @Test(
        "What is no duration is not read",
        arguments: [
            "", " ", "s", "-1s", "+1s", "1e3", "15sec", "nan", "inf", "1.2.3s", ".5s", " 15s", "1h30m", "1 m s", "15S",
            "٣s", "5\u{301}s", "15\u{0}s", "0x10",
        ])
    func notRead(text: String) {
        #expect(Duration(text: text) == nil)
    }

    @Test(
        "What is longer than ten years is not read, however long its digits",
        arguments: ["3661d", "99999999999d", "99999999999999999999", String(repeating: "9", count: 400) + "ms"])
    func tooLong(text: String) {
        #expect(Duration(text: text) == nil)
    }

    @Test(
        "They are written in the largest unit that has no rest, and read again as the same",
        arguments: [
            (Duration.zero, "0s"), (.milliseconds(250), "250ms"), (.milliseconds(1_500), "1500ms"),
            (.seconds(90), "90s"), (.seconds(120), "2m"), (.seconds(6 * 3_600), "6h"), (.seconds(7 * 86_400), "7d"),
        ])
    func written(duration: Duration, text: String) {
        #expect(duration.text == text)
        #expect(Duration(text: text) == duration)
    }
}
