import LIFModel
import Testing

@testable import LIFWorkflow

@Suite("Cron expressions are read")
struct CronExpressionTests {
    private func values(_ text: String) throws -> [[Int]] {
        let expression = try CronExpression(text)
        let fields = [
            expression.minutes, expression.hours, expression.daysOfMonth, expression.months, expression.daysOfWeek,
        ]
        return fields.map { field in (0..<64).filter(field.contains) }
    }

    private func refusal(_ text: String) -> LIFError? {
        do {
            _ = try CronExpression(text, at: "workflow.schedule.cron")
            return nil
        } catch {
            return error
        }
    }

    @Test("Values, lists, ranges and steps")
    func lists() throws {
        #expect(try values("5 0 1 12 3") == [[5], [0], [1], [12], [3]])
        #expect(
            try values("0,30,15 8-10 1-3,31 1-12/3 1-5") == [
                [0, 15, 30], [8, 9, 10], [1, 2, 3, 31], [1, 4, 7, 10], [1, 2, 3, 4, 5],
            ])
        #expect(
            try values("*/20 */7 */10 */5 */3") == [
                [0, 20, 40], [0, 7, 14, 21], [1, 11, 21, 31], [1, 6, 11], [0, 3, 6],
            ])
        #expect(try values("*/60 */24 1 1 1").prefix(2) == [[0], [0]])
        #expect(try values("05 08 01 01 01") == [[5], [8], [1], [1], [1]])
    }

    @Test("A star is every value")
    func stars() throws {
        #expect(
            try values("* * * * *") == [
                Array(0...59), Array(0...23), Array(1...31), Array(1...12), Array(0...6),
            ])
    }

    @Test("Names of months and days, in any case")
    func names() throws {
        #expect(try values("0 0 * jan,MAR,dec *")[3] == [1, 3, 12])
        #expect(try values("0 0 * apr-jun *")[3] == [4, 5, 6])
        #expect(try values("0 0 * * Mon-Fri")[4] == [1, 2, 3, 4, 5])
        #expect(try values("0 0 * * sun,sat")[4] == [0, 6])
    }

    @Test(
        "Sunday is 0 and 7", arguments: [("0", [0]), ("7", [0]), ("0,7", [0]), ("5-7", [0, 5, 6]), ("sat-7", [0, 6])])
    func sunday(days: String, expected: [Int]) throws {
        #expect(try values("0 0 * * \(days)")[4] == expected)
    }

    @Test(
        "Nicknames stand for expressions",
        arguments: [
            ("@hourly", "0 * * * *"), ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@weekly", "0 0 * * 0"),
            ("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), (" @Daily ", "0 0 * * *"),
        ])
    func nicknames(name: String, meaning: String) throws {
        #expect(try values(name) == values(meaning))
    }

    @Test("The text is kept, with one space between fields")
    func text() throws {
        #expect(try CronExpression("  0\t2 * *  mon ").text == "0 2 * * mon")
        #expect(try CronExpression("@daily").description == "@daily")
        #expect(try CronExpression("0 2 * * *") == CronExpression(" 0  2 * * *"))
    }

    @Test(
        "An error says the field, what is there and what is allowed",
        arguments: [
            ("60 * * * *", "the minute field has \"60\"; it must be \"*\" or a number from 0 to 59"),
            ("* 24 * * *", "the hour field has \"24\"; it must be \"*\" or a number from 0 to 23"),
            ("* * 0 * *", "the day-of-month field has \"0\"; it must be \"*\" or a number from 1 to 31"),
            ("* * 32 * *", "the day-of-month field has \"32\""),
            (
                "* * * 13 *",
                "the month field has \"13\"; it must be \"*\" or a number from 1 to 12, or a name from jan to dec"
            ),
            (
                "* * * * 8",
                "the day-of-week field has \"8\"; it must be \"*\" or a number from 0 to 7, or a name from sun to sat"
            ),
            ("* * * mon *", "the month field has \"mon\""),
            ("jan * * * *", "the minute field has \"jan\""),
            ("1,,2 * * * *", "the minute field has \"\""),
            ("1, * * * *", "the minute field has \"\""),
            ("-5 * * * *", "the minute field has \"\""),
            ("5- * * * *", "the minute field has \"\""),
            ("+5 * * * *", "the minute field has \"+5\""),
            ("٣ * * * *", "the minute field has \"٣\""),
            ("99999999999999999999 * * * *", "the minute field has \"99999999999999999999\""),
            ("1-2-3 * * * *", "the minute field has \"2-3\""),
            ("*-5 * * * *", "the minute field has \"*\""),
            ("** * * * *", "the minute field has \"**\""),
            ("5-64/30 * * * *", "the minute field has \"64\""),
            ("30-10 * * * *", "the minute field has \"30-10\"; a range goes from the lower value to the higher one"),
            (
                "* * * * fri-sun",
                "the day-of-week field has \"fri-sun\"; a range goes from the lower value to the higher one; Sunday at the end of a range is 7"
            ),
            ("5/15 * * * *", "the minute field has \"5/15\"; a step follows a range or \"*\": \"5-59/…\" or \"*/…\""),
            ("*/0 * * * *", "the minute field has \"*/0\"; the step after \"/\" must be a number from 1 to 60"),
            ("*/90 * * * *", "the minute field has \"*/90\"; the step after \"/\" must be a number from 1 to 60"),
            ("*/ * * * *", "the minute field has \"*/\""),
            ("*/5/5 * * * *", "the minute field has \"*/5/5\""),
            ("* * * * */8", "the day-of-week field has \"*/8\"; the step after \"/\" must be a number from 1 to 7"),
            ("", "it has 0 fields; it must have five: minute, hour, day-of-month, month, day-of-week"),
            ("* * * *", "it has 4 fields"),
            ("0 0 2 * * *", "it has 6 fields"),
            ("@reboot", "one of @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly"),
            ("@daily *", "one of @annually"),
        ])
    func errors(text: String, part: String) throws {
        let error = try #require(refusal(text))
        #expect(error.code == .queryParseException && error.isShapeError)
        #expect(error.message.hasPrefix("\"workflow.schedule.cron\" cannot be read: "))
        #expect(error.message.contains(part), "\(error.message)")
    }

    @Test("A long text is shown shortened")
    func shortened() throws {
        let message = try #require(refusal(String(repeating: "x", count: 5_000) + " * * * *")).message
        #expect(message.contains("\"xxxxxxxxxxxxxxxxxxxx…\"") && message.utf8.count < 300)
    }
}
