import Testing

/// New York: 8 March 2026, 02:00 → 03:00; 1 November 2026, 02:00 → 01:00. Berlin: 29 March 2026, 02:00 → 03:00;
/// 25 October 2026, 03:00 → 02:00. Lord Howe: 4 October 2026, 02:00 → 02:30; 5 April 2026, 02:00 → 01:30.
@Suite("A cron expression when clocks are changed")
struct CronClockChangeTests {
    typealias Case = CronNextTests.Case

    @Test(
        "A fixed time that the clocks skip fires once, at the instant of the change",
        arguments: [
            Case(
                "30 2 * * *", "America/New_York", after: "2026-03-07T02:30:00-05:00", "2026-03-08T03:00:00-04:00",
                "2026-03-09T02:30:00-04:00"),
            Case(
                "0,15,30 2 * * *", "America/New_York", after: "2026-03-07T12:00:00-05:00", "2026-03-08T03:00:00-04:00",
                "2026-03-09T02:00:00-04:00"),
            Case(
                "0 2,3 * * *", "America/New_York", after: "2026-03-07T12:00:00-05:00", "2026-03-08T03:00:00-04:00",
                "2026-03-09T02:00:00-04:00"),
            Case("30 2 8 3 *", "America/New_York", after: "2026-01-01T00:00:00Z", "2026-03-08T03:00:00-04:00"),
            Case(
                "30 2 * * *", "Europe/Berlin", after: "2026-03-28T12:00:00Z", "2026-03-29T03:00:00+02:00",
                "2026-03-30T02:30:00+02:00"),
            Case(
                "15 2 * * *", "Australia/Lord_Howe", after: "2026-10-03T12:00:00Z", "2026-10-04T02:30:00+11:00",
                "2026-10-05T02:15:00+11:00"),
            Case("45 2 4 10 *", "Australia/Lord_Howe", after: "2026-10-03T12:00:00Z", "2026-10-04T02:45:00+11:00"),
            // Here the skipped hour is the first one of a day.
            Case(
                "0 0 * * *", "America/Sao_Paulo", after: "2018-11-03T00:00:00-03:00", "2018-11-04T01:00:00-02:00",
                "2018-11-05T00:00:00-02:00"),
            Case("59 23 3 11 *", "America/Sao_Paulo", after: "2018-11-03T00:00:00-03:00", "2018-11-03T23:59:00-03:00"),
            // Here 30 December was skipped as a whole.
            Case(
                "0 12 * * *", "Pacific/Apia", after: "2011-12-29T12:00:00-10:00", "2011-12-31T00:00:00+14:00",
                "2011-12-31T12:00:00+14:00"),
        ])
    func skippedFixed(_ test: Case) throws { try test.check() }

    @Test(
        "A fixed time that the clocks show twice fires the first time",
        arguments: [
            Case(
                "30 1 * * *", "America/New_York", after: "2026-10-31T12:00:00Z", "2026-11-01T01:30:00-04:00",
                "2026-11-02T01:30:00-05:00"),
            Case("30 1 * * *", "America/New_York", after: "2026-11-01T01:10:00-05:00", "2026-11-02T01:30:00-05:00"),
            Case(
                "0 2 * * *", "America/New_York", after: "2026-10-31T12:00:00Z", "2026-11-01T02:00:00-05:00",
                "2026-11-02T02:00:00-05:00"),
            Case(
                "0 2 * * *", "Europe/Berlin", after: "2026-10-25T00:00:00+02:00", "2026-10-25T02:00:00+02:00",
                "2026-10-26T02:00:00+01:00"),
            Case(
                "0,45 1 * * *", "Australia/Lord_Howe", after: "2026-04-04T13:00:00Z", "2026-04-05T01:00:00+11:00",
                "2026-04-05T01:45:00+11:00", "2026-04-06T01:00:00+10:30"),
            // At 00:01 the clocks were set back to 23:01 of the day before.
            Case(
                "0 0 * * *", "America/St_Johns", after: "2010-11-06T12:00:00Z", "2010-11-07T00:00:00-02:30",
                "2010-11-08T00:00:00-03:30"),
        ])
    func repeatedFixed(_ test: Case) throws { try test.check() }

    @Test(
        "A time with a star for minutes or hours fires by real time, in each hour that there is",
        arguments: [
            Case(
                "0 * * * *", "America/New_York", after: "2026-03-08T00:30:00-05:00", "2026-03-08T01:00:00-05:00",
                "2026-03-08T03:00:00-04:00", "2026-03-08T04:00:00-04:00"),
            Case(
                "0 * * * *", "America/New_York", after: "2026-11-01T00:30:00-04:00", "2026-11-01T01:00:00-04:00",
                "2026-11-01T01:00:00-05:00", "2026-11-01T02:00:00-05:00"),
            Case(
                "*/30 1 * * *", "America/New_York", after: "2026-10-31T12:00:00Z", "2026-11-01T01:00:00-04:00",
                "2026-11-01T01:30:00-04:00", "2026-11-01T01:00:00-05:00", "2026-11-01T01:30:00-05:00",
                "2026-11-02T01:00:00-05:00"),
            Case("*/30 2 * * *", "America/New_York", after: "2026-03-07T12:00:00Z", "2026-03-09T02:00:00-04:00"),
            Case(
                "*/30 1 1 11 *", "America/New_York", after: "2026-11-01T01:59:30-04:00", "2026-11-01T01:00:00-05:00",
                "2026-11-01T01:30:00-05:00", "2027-11-01T01:00:00-04:00"),
            Case(
                "@hourly", "Europe/Berlin", after: "2026-10-25T01:30:00+02:00", "2026-10-25T02:00:00+02:00",
                "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00"),
            Case(
                "0 * * * *", "Australia/Lord_Howe", after: "2026-04-05T00:30:00+11:00", "2026-04-05T01:00:00+11:00",
                "2026-04-05T02:00:00+10:30"),
            Case(
                "45 * * * *", "Australia/Lord_Howe", after: "2026-04-05T01:00:00+11:00", "2026-04-05T01:45:00+11:00",
                "2026-04-05T01:45:00+10:30", "2026-04-05T02:45:00+10:30"),
            Case(
                "0 * * * *", "Australia/Lord_Howe", after: "2026-10-04T01:00:00+10:30", "2026-10-04T03:00:00+11:00"),
            Case(
                "*/30 * * * *", "America/St_Johns", after: "2010-11-06T23:30:00-02:30", "2010-11-07T00:00:00-02:30",
                "2010-11-06T23:30:00-03:30", "2010-11-07T00:00:00-03:30"),
        ])
    func realTime(_ test: Case) throws { try test.check() }

    @Test("A time that clocks of a zone never show never comes")
    func neverShown() throws {
        // The second Sunday of March, in an hour that New York then skips.
        try Case("*/30 2 8-14 3 */7", "America/New_York", after: "2026-01-01T00:00:00Z").checkNever()
        try Case("30 2 8-14 3 */7", "America/New_York", after: "2026-01-01T00:00:00Z", "2026-03-08T03:00:00-04:00")
            .check()
    }
}
