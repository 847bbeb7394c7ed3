import Foundation
import LIFModel
import Testing

@Suite("Small values")
struct ValuesTests {
    @Test("Random ids have 128 bits as hexadecimal digits, and are not the same twice")
    func randomIDs() {
        let ids = (0..<1_000).map { _ in RandomID() }
        #expect(Set(ids).count == 1_000)
        for id in ids {
            #expect(id.text.utf8.count == 32)
            #expect(id.text.allSatisfy { $0.isHexDigit && !$0.isUppercase })
            #expect(RandomID(id.text) == id)
            #expect(id.logLabel.count == 8 && id.text.hasPrefix(id.logLabel))
        }
    }

    @Test(
        "What cannot be an id of ours is none",
        arguments: ["", "a/b", "..", "a b", "a\n", "é", "a%20", String(repeating: "a", count: 65)])
    func foreignIDs(text: String) {
        #expect(RandomID(text) == nil)
    }

    @Test(
        "Ids of other implementations are accepted", arguments: ["8c7f3a1e-0d0b-4a44-9c8c-0a9f7a1f8b11", "RUN-1", "7"])
    func otherIDs(text: String) {
        #expect(RandomID(text)?.text == text)
    }

    @Test("Every reason of a failure may stand in a header", arguments: Failure.Reason.allCases)
    func reasons(reason: Failure.Reason) {
        #expect(
            reason.rawValue.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
            })
    }

    @Test("Times are written in UTC with milliseconds, and read with any offset")
    func timestamps() throws {
        let date = Date(timeIntervalSince1970: 1_795_301_700.5)
        #expect(date.iso8601 == "2026-11-21T22:55:00.500Z")
        #expect(Date(iso8601: date.iso8601) == date)
        for text in [
            "2026-11-21T22:55:00Z", "2026-11-21T23:55:00+01:00", "2026-11-21T17:55:00-05:00", "2026-11-21T22:55:00",
            "2026-11-21T22:55:00.000", "2026-11-21T22:55:00.000+00:00",
        ] {
            #expect(Date(iso8601: text)?.timeIntervalSince1970 == 1_795_301_700, "\(text)")
        }
        for text in ["", "yesterday", "2026-11-21", "22:55:00"] { #expect(Date(iso8601: text) == nil, "\(text)") }
    }

    @Test("A time with microseconds, as Python writes it, is read")
    func microseconds() throws {
        let date = try #require(Date(iso8601: "2026-11-21T22:55:00.123456+00:00"))
        #expect(abs(date.timeIntervalSince1970 - 1_795_301_700.123) < 0.001)
    }

    @Test(
        "A text that is not a time alone, as RFC 3339 writes it, is none",
        arguments: [
            "2026-11-21T22:55:00Z and more", " 2026-11-21T22:55:00Z", "2026-11-21T22:55:00Zz", "2026-11-21T22:55Z",
            "92026-11-21T22:55:00Z", "0000-11-21T22:55:00Z", "-026-11-21T22:55:00Z", "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-21T24:00:00Z",
            "2026-11-21T22:60:00Z", "2026-11-21T22:55:61Z", "2026-11-21T22:55:00.Z", "2026-11-21T22:55:00+24:00",
            "2026-11-21T22:55:00+1", "2026-11-21T22:55:00+01:000", "2026-11-21_22:55:00Z", "٢٠٢٦-11-21T22:55:00Z",
        ])
    func noTime(_ text: String) {
        #expect(Date(iso8601: text) == nil)
    }

    @Test(
        "Times are read as RFC 3339 and its neighbours write them",
        arguments: [
            "2026-11-21 22:55:00Z", "2026-11-21t22:55:00z", "2026-11-21T23:55:00+0100", "2026-11-21T23:55:00+01",
            "2026-11-21T22:54:60Z", "2026-11-21T22:55:00.000000000000000000000000Z",
        ])
    func time(_ text: String) {
        #expect(Date(iso8601: text)?.timeIntervalSince1970 == 1_795_301_700)
    }

    @Test("A time that no calendar has is written as the nearest one that it has", arguments: [1e11, 1e15, 1e300])
    func outsideOfTheCalendar(seconds: Double) {
        #expect(Date(timeIntervalSince1970: seconds * 3).iso8601 == "9999-12-31T23:59:59.000Z")
        #expect(Date(timeIntervalSince1970: -seconds).iso8601 == "0001-01-01T00:00:00.000Z")
        #expect(Date(iso8601: "9999-12-31T20:00:00-05:00")?.iso8601 == "9999-12-31T23:59:59.000Z")
    }

    @Test("A duration that does not fit is the longest one that does")
    func longDurations() {
        for duration in [Duration.milliseconds(9_300_000_000_000_000), .seconds(Int64.max)] {
            #expect(duration.inNanoseconds == .max)
            #expect((Duration.zero - duration).inNanoseconds == .min)
        }
        #expect(Duration.seconds(Int64.max).inMilliseconds == .max)
        #expect(Duration.milliseconds(9_300_000_000_000_000).inMilliseconds == 9_300_000_000_000_000)
        #expect(Duration.milliseconds(-1_500).inMilliseconds == -1_500)
        #expect(Duration.nanoseconds(Int64.max).inNanoseconds == .max)
        #expect(Duration.nanoseconds(1_500_000_001).inNanoseconds == 1_500_000_001)
    }

    @Test("Milliseconds that another program states are taken up to those of ten years")
    func statedMilliseconds() {
        #expect(Duration(statedMilliseconds: "20") == .milliseconds(20))
        #expect(Duration(statedMilliseconds: "1.5") == .microseconds(1_500))
        #expect(Duration(statedMilliseconds: "2e3") == .seconds(2))
        #expect(Duration(statedMilliseconds: "0") == .zero)
        #expect(Duration(statedMilliseconds: "316224000000") == .seconds(3_660 * 86_400))
        for text in ["316224000001", "9300000000000000", "1e400", "-1", "-1e400", "nan", "inf", "", "\"20\"", "[20]"] {
            #expect(Duration(statedMilliseconds: text) == nil, "\(text)")
        }
    }

    @Test("Durations for people")
    func durations() {
        #expect(Duration.milliseconds(1_500).inMilliseconds == 1_500)
        #expect(Duration.milliseconds(1_500).inSeconds == 1.5)
        #expect(Duration.milliseconds(250).forPeople == "250 ms")
        #expect(Duration.seconds(10).forPeople == "10 s")
        #expect(Duration.zero.forPeople == "0 ms")
    }

    @Test("An error's text is its code and its sentence")
    func errors() {
        let error = LIFError.source(.timeout, "No answer in 10 s.", isRetryable: true)
        #expect(error.description == "OperatorException: No answer in 10 s.")
        #expect(error.reason == .timeout && error.blame == .source && error.isRetryable)
    }
}
