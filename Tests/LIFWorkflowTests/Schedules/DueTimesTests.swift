import Foundation
import LIFModel
import LIFWorkflow
import Testing

@Suite("What a schedule has to do now")
struct DueTimesTests {
    private let created: Date
    private let hourly: ScheduleRule.Timing

    init() throws {
        created = try Self.date("2026-05-01T10:20:00Z")
        hourly = .cron(try CronExpression("0 * * * *"))
    }

    private static func date(_ text: String) throws -> Date { try #require(Date(iso8601: text)) }

    private func due(
        _ timing: ScheduleRule.Timing, catchUp: Bool = false, after last: String? = nil, now: String,
        limit: Int = DueTimes.standardLimit
    ) throws -> DueTimes {
        let last = try last.map(Self.date) ?? created
        return ScheduleRule(timing, catchUp: catchUp)
            .dueTimes(anchoredAt: created, after: last, now: try Self.date(now), limit: limit)
    }

    private func times(_ due: [String], skipped: Int, next: String) throws -> DueTimes {
        DueTimes(due: try due.map(Self.date), skipped: skipped, next: try Self.date(next))
    }

    @Test("Nothing is due before the first time")
    func before() throws {
        for catchUp in [false, true] {
            #expect(
                try due(hourly, catchUp: catchUp, now: "2026-05-01T10:59:59.999Z")
                    == times([], skipped: 0, next: "2026-05-01T11:00:00Z"))
        }
    }

    @Test("A time is due when it comes, and up to a minute later", arguments: ["11:00:00", "11:00:01", "11:01:00"])
    func inTime(now: String) throws {
        for catchUp in [false, true] {
            #expect(
                try due(hourly, catchUp: catchUp, now: "2026-05-01T\(now)Z")
                    == times(["2026-05-01T11:00:00Z"], skipped: 0, next: "2026-05-01T12:00:00Z"))
        }
    }

    @Test("A time that was dealt with is not due again")
    func once() throws {
        for catchUp in [false, true] {
            for last in ["2026-05-01T11:00:00Z", "2026-05-01T11:00:00.400Z"] {
                #expect(
                    try due(hourly, catchUp: catchUp, after: last, now: "2026-05-01T11:00:30Z")
                        == times([], skipped: 0, next: "2026-05-01T12:00:00Z"))
            }
        }
    }

    @Test("Without catching up, what is more than a minute late is skipped", arguments: ["11:01:00.002", "11:59:59"])
    func late(now: String) throws {
        #expect(
            try due(hourly, now: "2026-05-01T\(now)Z") == times([], skipped: 1, next: "2026-05-01T12:00:00Z"))
    }

    @Test("Without catching up, only the latest of several is due")
    func latestOnly() throws {
        #expect(
            try due(hourly, now: "2026-05-01T15:00:10Z")
                == times(["2026-05-01T15:00:00Z"], skipped: 4, next: "2026-05-01T16:00:00Z"))
        #expect(
            try due(.interval(.seconds(10)), now: "2026-05-01T10:25:00Z")
                == times(["2026-05-01T10:25:00Z"], skipped: 29, next: "2026-05-01T10:25:10Z"))
    }

    @Test("With catching up, all that were missed are due, in their order")
    func caughtUp() throws {
        #expect(
            try due(hourly, catchUp: true, now: "2026-05-01T14:30:00Z")
                == times(
                    ["11", "12", "13", "14"].map { "2026-05-01T\($0):00:00Z" }, skipped: 0,
                    next: "2026-05-01T15:00:00Z"))
    }

    @Test("With catching up, what is over the limit is skipped, and reported")
    func limited() throws {
        #expect(
            try due(hourly, catchUp: true, now: "2026-05-01T14:30:00Z", limit: 3)
                == times(
                    ["11", "12", "13"].map { "2026-05-01T\($0):00:00Z" }, skipped: 1, next: "2026-05-01T15:00:00Z"))
        let week = try due(hourly, catchUp: true, now: "2026-05-08T10:30:00Z")
        #expect(week.due.count == 100 && week.skipped == 68)
    }

    @Test("However long it was away, the answer is there at once, and counts up to a bound")
    func longAway() throws {
        for catchUp in [false, true] {
            for timing in [ScheduleRule.Timing.cron(try CronExpression("* * * * *")), .interval(.seconds(1))] {
                let due = try due(timing, catchUp: catchUp, now: "2056-05-01T10:20:30Z")
                #expect(due.due.count == (catchUp ? 100 : 1))
                #expect(due.due.count + due.skipped == DueTimes.countedAtMost)
                #expect(try #require(due.next) > Self.date("2056-05-01T10:20:30Z"))
            }
        }
    }

    @Test("Nothing fires before the schedule was made")
    func creation() throws {
        for timing in [hourly, .interval(.seconds(3_600))] {
            let due = try due(
                timing, catchUp: true, after: "2020-01-01T00:00:00Z", now: "2026-05-01T10:59:00Z")
            #expect(due.due.isEmpty && due.skipped == 0)
            #expect(try #require(due.next) > created)
        }
    }

    @Test("After the clock was set back nothing is due, and the schedule goes on from now")
    func setBack() throws {
        for catchUp in [false, true] {
            for (timing, next) in [(hourly, "12:00:00"), (.interval(.seconds(600)), "11:40:00")] {
                let due = try due(timing, catchUp: catchUp, after: "2026-05-01T13:00:00Z", now: "2026-05-01T11:30:00Z")
                #expect(due.due.isEmpty && due.skipped == 0 && due.isSetBack)
                #expect(try due.next == Self.date("2026-05-01T\(next)Z"))
            }
        }
    }

    @Test("A schedule that was made by a clock that was ahead goes on from now")
    func madeAhead() throws {
        for (timing, next) in [(hourly, "10:00:00"), (.interval(.seconds(600)), "09:50:00")] {
            let due = try due(timing, now: "2026-05-01T09:40:00Z")
            #expect(due.due.isEmpty && due.isSetBack)
            #expect(try due.next == Self.date("2026-05-01T\(next)Z"))
        }
    }

    @Test("A clock that is a little earlier than what was dealt with was not set back")
    func adjusted() throws {
        let due = try due(hourly, after: "2026-05-01T11:00:04Z", now: "2026-05-01T11:00:00Z")
        #expect(try due == times([], skipped: 0, next: "2026-05-01T12:00:00Z"))
    }

    @Test("An interval is counted from the creation, whenever it is looked at")
    func interval() throws {
        let sixHours = ScheduleRule.Timing.interval(.seconds(6 * 3_600))
        #expect(
            try due(sixHours, now: "2026-05-01T10:20:00Z") == times([], skipped: 0, next: "2026-05-01T16:20:00Z"))
        #expect(
            try due(sixHours, now: "2026-05-01T16:20:20Z")
                == times(["2026-05-01T16:20:00Z"], skipped: 0, next: "2026-05-01T22:20:00Z"))
        #expect(
            try due(sixHours, catchUp: true, after: "2026-05-01T16:20:20Z", now: "2026-05-02T11:00:00Z")
                == times(
                    ["2026-05-01T22:20:00Z", "2026-05-02T04:20:00Z", "2026-05-02T10:20:00Z"], skipped: 0,
                    next: "2026-05-02T16:20:00Z"))
    }

    @Test("After a creation between two seconds, times are whole seconds and stay the same when stored")
    func fractions() throws {
        for fraction in [0.000_001, 0.123_456_7, 0.3, 0.999_999] {
            let created = created + fraction
            let rule = ScheduleRule(.interval(.seconds(1)))
            var last = created
            for second in 2...100 {
                let next = try #require(rule.next(after: last, anchoredAt: created))
                #expect(next == self.created + Double(second))
                last = try #require(Date(iso8601: next.iso8601))
            }
        }
    }

    @Test("A schedule that never fires again says so")
    func never() throws {
        let rule = ScheduleRule(.cron(try CronExpression("0 0 31 2 *")), catchUp: true)
        #expect(
            rule.dueTimes(anchoredAt: created, after: created, now: created + 86_400)
                == DueTimes(due: [], skipped: 0, next: nil))
    }

    @Test("Intervals out of all bounds do no harm")
    func bounds() throws {
        for interval in [Duration.zero, .seconds(-5), .seconds(Int64.max)] {
            let next = try #require(ScheduleRule(.interval(interval)).next(after: created, anchoredAt: created))
            #expect(next >= created + 1)
        }
    }

    @Test("The rule's own time zone counts")
    func timeZone() throws {
        let zone = try #require(TimeZone(identifier: "America/New_York"))
        let rule = ScheduleRule(.cron(try CronExpression("0 2 * * *")), timeZone: zone)
        #expect(rule.next(after: created, anchoredAt: created) == (try Self.date("2026-05-02T06:00:00Z")))
    }
}
