import Foundation
import LIFModel
import LIFWorkflow
import Testing

@Suite("The next time of a cron expression")
struct CronNextTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let cron: String
        let zone: String
        let after: String
        let next: [String]

        init(_ cron: String, _ zone: String = "UTC", after: String, _ next: String...) {
            (self.cron, self.zone, self.after, self.next) = (cron, zone, after, next)
        }

        var testDescription: String { "\(cron) in \(zone) after \(after)" }

        func check() throws {
            let expression = try CronExpression(cron)
            let zone = try #require(TimeZone(identifier: zone))
            var time = try #require(Date(iso8601: after))
            for expected in next {
                let found = try #require(expression.next(after: time, in: zone))
                #expect(found == Date(iso8601: expected), "\(found.iso8601) instead of \(expected)")
                time = found
            }
        }

        func checkNever() throws {
            let expression = try CronExpression(cron)
            let zone = try #require(TimeZone(identifier: zone))
            #expect(expression.next(after: try #require(Date(iso8601: after)), in: zone) == nil)
        }
    }

    @Test(
        "It is after the time given, and on a whole minute",
        arguments: [
            Case("* * * * *", after: "2026-05-01T10:00:00Z", "2026-05-01T10:01:00Z", "2026-05-01T10:02:00Z"),
            Case("* * * * *", after: "2026-05-01T10:00:00.500Z", "2026-05-01T10:01:00Z"),
            Case("* * * * *", after: "2026-05-01T09:59:59.999Z", "2026-05-01T10:00:00Z"),
            Case("0 2 * * *", after: "2026-05-01T02:00:00Z", "2026-05-02T02:00:00Z", "2026-05-03T02:00:00Z"),
            Case("0 2 * * *", after: "2026-05-01T01:59:59.999Z", "2026-05-01T02:00:00Z"),
            Case("59 23 31 12 *", after: "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
            Case("0 0 1 1 *", after: "1969-06-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            Case("30 6 * * *", after: "1960-02-28T06:30:00Z", "1960-02-29T06:30:00Z"),
        ])
    func after(_ test: Case) throws { try test.check() }

    @Test(
        "Fields restrict",
        arguments: [
            Case(
                "*/25 8-9 * * *", after: "2026-05-01T08:10:00Z", "2026-05-01T08:25:00Z", "2026-05-01T08:50:00Z",
                "2026-05-01T09:00:00Z", "2026-05-01T09:25:00Z", "2026-05-01T09:50:00Z", "2026-05-02T08:00:00Z"),
            Case("15 14 1 * *", after: "2026-01-15T00:00:00Z", "2026-02-01T14:15:00Z", "2026-03-01T14:15:00Z"),
            Case("0 22 * * 1-5", after: "2026-05-01T22:00:00Z", "2026-05-04T22:00:00Z", "2026-05-05T22:00:00Z"),
            Case("5 4 * * sun", after: "2026-05-01T00:00:00Z", "2026-05-03T04:05:00Z", "2026-05-10T04:05:00Z"),
            Case("0 0 31 * *", after: "2026-01-31T00:00:00Z", "2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"),
            Case("0 0 30 2,4 *", after: "2026-01-01T00:00:00Z", "2026-04-30T00:00:00Z", "2027-04-30T00:00:00Z"),
            Case("@weekly", after: "2026-05-01T00:00:00Z", "2026-05-03T00:00:00Z"),
            Case("@yearly", after: "2026-05-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ])
    func fields(_ test: Case) throws { try test.check() }

    @Test(
        "Two restricted day fields are joined by or; one that starts with a star does not restrict",
        arguments: [
            Case(
                "0 0 13 * 5", after: "2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z", "2026-02-20T00:00:00Z",
                "2026-02-27T00:00:00Z", "2026-03-06T00:00:00Z", "2026-03-13T00:00:00Z"),
            Case(
                "0 0 1,15 * wed", after: "2026-04-01T00:00:00Z", "2026-04-08T00:00:00Z", "2026-04-15T00:00:00Z",
                "2026-04-22T00:00:00Z", "2026-04-29T00:00:00Z", "2026-05-01T00:00:00Z"),
            Case("0 0 1-31 * 1", after: "2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z"),
            Case("0 0 13 * *", after: "2026-02-13T00:00:00Z", "2026-03-13T00:00:00Z"),
            Case("0 0 * * 5", after: "2026-02-13T00:00:00Z", "2026-02-20T00:00:00Z"),
            Case("0 0 1-7 * */7", after: "2026-04-01T00:00:00Z", "2026-04-05T00:00:00Z", "2026-05-03T00:00:00Z"),
            Case("0 0 */10 * 1", after: "2026-05-01T00:00:00Z", "2026-05-11T00:00:00Z", "2026-06-01T00:00:00Z"),
            Case(
                "0 0 29 2 1", after: "2024-02-26T00:00:00Z", "2024-02-29T00:00:00Z", "2025-02-03T00:00:00Z"),
        ])
    func days(_ test: Case) throws { try test.check() }

    @Test(
        "Leap days come when they come",
        arguments: [
            Case("0 0 29 2 *", after: "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"),
            Case("0 0 29 2 *", after: "2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z"),
            Case("0 0 29 2 *", after: "1999-01-01T00:00:00Z", "2000-02-29T00:00:00Z"),
            Case("0 0 29 2 */7", after: "2004-02-29T00:00:00Z", "2032-02-29T00:00:00Z", "2060-02-29T00:00:00Z"),
            Case("0 0 29 2 */7", after: "2088-02-29T00:00:00Z", "2128-02-29T00:00:00Z"),
            Case(
                "30 23 29 2 */7", "Pacific/Kiritimati", after: "2088-02-29T23:30:00+14:00",
                "2128-02-29T23:30:00+14:00"),
        ])
    func leapDays(_ test: Case) throws { try test.check() }

    @Test("A date that no month has never comes", arguments: ["0 0 31 2 *", "* * 30 2 *", "0 0 31 4,6,9,11 */2"])
    func never(cron: String) throws {
        let expression = try CronExpression(cron)
        for zone in ["UTC", "America/New_York", "Australia/Lord_Howe"] {
            let zone = try #require(TimeZone(identifier: zone))
            #expect(expression.next(after: Date(timeIntervalSince1970: 1_780_000_000), in: zone) == nil)
        }
    }

    @Test("Dates far from ours are answered or refused, and do no harm")
    func farDates() throws {
        let expression = try CronExpression("0 0 1 1 *")
        for seconds in [-1e300, -1e12, 1e12, 1e300, .infinity, .nan] {
            #expect(expression.next(after: Date(timeIntervalSince1970: seconds), in: .gmt) == nil)
        }
        for date in [Date.distantPast, Date.distantFuture] {
            let next = try #require(expression.next(after: date, in: .gmt))
            #expect(next > date && next < date + 367 * 86_400)
        }
    }

    @Test(
        "Clocks of the zone count",
        arguments: [
            Case("0 2 * * *", "America/New_York", after: "2026-01-10T07:00:00Z", "2026-01-11T02:00:00-05:00"),
            Case("0 2 * * *", "America/New_York", after: "2026-07-10T00:00:00Z", "2026-07-10T02:00:00-04:00"),
            Case("0 0 * * 1", "Pacific/Auckland", after: "2026-05-01T00:00:00Z", "2026-05-04T00:00:00+12:00"),
            Case("0 0 1 * *", "Asia/Kathmandu", after: "2026-05-01T00:00:00Z", "2026-06-01T00:00:00+05:45"),
            Case("0 9 1 7 *", "Europe/Berlin", after: "2026-01-01T00:00:00Z", "2026-07-01T09:00:00+02:00"),
        ])
    func zones(_ test: Case) throws { try test.check() }
}
