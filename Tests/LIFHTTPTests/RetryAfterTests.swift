import LIFHTTP
import Testing

@Suite("Retry-After, and what a status says") struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT
    private static let now = 784_111_777.0

    private static func seconds(_ text: String, status: Int = 503, now: Double = now) -> Duration? {
        OutgoingResponse(status: status, headers: [("X-A", "1"), ("retry-AFTER", text)]).retryAfter(now: now)
    }

    @Test(
        "Seconds, and a date in each of its three forms, are read",
        arguments: [
            ("1", 1), (" 120\t", 120), ("0005", 5), ("Sun, 06 Nov 1994 08:49:40 GMT", 3),
            ("Sunday, 06-Nov-94 08:50:37 GMT", 60), ("Sun Nov  6 08:49:38 1994", 1),
            ("Mon, 07 Nov 1994 08:49:37 GMT", 86_400), ("Wed, 01 Mar 1995 00:00:00 GMT", 9_904_223),
        ])
    func read(text: String, seconds: Int) {
        #expect(Self.seconds(text) == .seconds(seconds))
    }

    @Test("Days of leap years and centuries are counted")
    func calendar() {
        #expect(Self.seconds("Tue, 29 Feb 2000 00:00:00 GMT", now: 951_782_399) == .seconds(1))
        #expect(Self.seconds("Fri, 01 Mar 2024 00:00:00 GMT", now: 1_709_251_199) == .seconds(1))
        #expect(Self.seconds("Mon, 01 Mar 2100 00:00:00 GMT", now: 4_107_542_399) == .seconds(1))
        // A year of two digits is never more than 50 years ahead.
        #expect(Self.seconds("Tuesday, 01-Jan-30 00:00:00 GMT", now: 1_893_455_999) == .seconds(1))
        #expect(Self.seconds("Saturday, 01-Jan-94 00:00:00 GMT", now: 1_893_455_999) == nil)
    }

    @Test("What is longer than a year is taken for a year")
    func bounded() {
        for text in ["31622401", "99999999999999999999999999", "Wed, 21 Oct 2099 07:28:00 GMT"] {
            #expect(Self.seconds(text) == .seconds(366 * 86_400))
        }
    }

    @Test(
        "Nonsense, and what asks for no wait, is ignored",
        arguments: [
            "", " ", "0", "-1", "+5", "1.5", "1e3", "5 s", "5, 6", "soon", "٣", "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:36 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Sun, 06 Nov 2094 08:49 GMT",
            "Sun, 99 Nov 2094 08:49:37 GMT", "Sun, 06 Foo 2094 08:49:37 GMT", "Sun, 06 Nov 2094 25:49:37 GMT",
            "Sun, 06 Nov 2094 08:49:37 CET", "2094-11-06T08:49:37Z", "Xyz, 06 Nov 2094 08:49:37 GMT",
        ])
    func ignored(text: String) {
        #expect(Self.seconds(text) == nil)
    }

    @Test("Only an answer that may be another one later is asked for it", arguments: [200, 301, 400, 401, 404, 422])
    func otherStatus(status: Int) {
        #expect(Self.seconds("5", status: status) == nil)
        #expect(OutgoingResponse(status: 503).retryAfter(now: 0) == nil)
    }
}
