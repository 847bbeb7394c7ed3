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
