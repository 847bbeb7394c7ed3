import Foundation
import LIFJSON
import LIFModel
import LIFWorkflow
import Testing

@Suite("A schedule's rule as JSON")
struct ScheduleRuleTests {
    private func rule(_ text: String) throws -> ScheduleRule {
        try ScheduleRule(json: JSONParser.parse(text), at: "workflow.schedule")
    }

    @Test("Times of a clock, with time zone and catching up")
    func cron() throws {
        let rule = try rule(#"{"cron":"0 2 * * *","time_zone":"America/New_York","catch_up":true}"#)
        #expect(rule.timing == .cron(try CronExpression("0 2 * * *")))
        #expect(rule.timeZone.identifier == "America/New_York")
        #expect(rule.catchUp)
    }

    @Test("Without them it is UTC, and nothing is caught up", arguments: ["", #","time_zone":null,"catch_up":null"#])
    func defaults(rest: String) throws {
        let rule = try rule(#"{"cron":"@daily","interval":null\#(rest)}"#)
        #expect(rule == ScheduleRule(.cron(try CronExpression("@daily"))))
        #expect(rule.timeZone.secondsFromGMT() == 0 && !rule.catchUp)
    }

    @Test(
        "An interval is a duration or a number of seconds",
        arguments: [
            (#""6h""#, 21_600_000), (#""1s""#, 1_000), (#""90""#, 90_000), ("90", 90_000), ("90.0", 90_000),
            (#""7d""#, 604_800_000),
        ])
    func interval(text: String, milliseconds: Int) throws {
        #expect(try rule("{\"interval\":\(text)}").timing == .interval(.milliseconds(milliseconds)))
    }

    @Test(
        "It is written as it is read",
        arguments: [
            #"{"cron":"0 2 * * mon","time_zone":"America/New_York","catch_up":true}"#,
            #"{"cron":"@daily","time_zone":"UTC","catch_up":false}"#,
            #"{"interval":"6h","time_zone":"UTC","catch_up":false}"#,
            #"{"interval":"90s","time_zone":"Etc/UTC","catch_up":true}"#,
            #"{"cron":"0 2 * * *","time_zone":"US/Eastern","catch_up":false}"#,
        ])
    func roundTrip(text: String) throws {
        #expect(try rule(text).json.text == text)
    }

    @Test(
        "What cannot be used is refused, with its place and what is allowed",
        arguments: [
            ("[]", #""workflow.schedule" is an array; it must be an object with "cron" or "interval"."#),
            ("{}", #""workflow.schedule" must say when: with "cron" or "interval"."#),
            (#"{"time_zone":"UTC"}"#, "must say when"),
            (#"{"cron":"@daily","interval":"6h"}"#, #"has both "cron" and "interval"; leave out one of them."#),
            (#"{"cron":5}"#, #""workflow.schedule.cron" is a number; it must be a string such as "0 2 * * *"."#),
            (#"{"cron":"0 25 * * *"}"#, #""workflow.schedule.cron" cannot be read: the hour field has "25""#),
            (#"{"cron":"0 0 31 2 *"}"#, #""workflow.schedule.cron" never fires"#),
            (
                #"{"interval":"soon"}"#,
                #""workflow.schedule.interval" cannot be used; it must be a duration such as "15m""#
            ),
            (#"{"interval":"999ms"}"#, "whole seconds, from one"), (#"{"interval":0}"#, "from one"),
            (#"{"interval":1.5}"#, "whole seconds"), (#"{"interval":"1500ms"}"#, "whole seconds"),
            (#"{"interval":-5}"#, "from one"), (#"{"interval":true}"#, "from one"),
            (#"{"interval":"4000d"}"#, "ten years"),
            (
                #"{"cron":"@daily","time_zone":"America/NewYork"}"#,
                #""workflow.schedule.time_zone" is not the IANA name of a time zone, such as "Europe/Berlin", or "UTC". Did you mean "America/New_York"?"#
            ),
            (#"{"cron":"@daily","time_zone":"europe/berlin"}"#, #"Did you mean "Europe/Berlin"?"#),
            (#"{"cron":"@daily","time_zone":"utc"}"#, #"Did you mean "UTC"?"#),
            (#"{"cron":"@daily","time_zone":"PST"}"#, "is not the IANA name"),
            (#"{"cron":"@daily","time_zone":"GMT+0530"}"#, "is not the IANA name"),
            (#"{"cron":"@daily","time_zone":"../../etc/localtime"}"#, "is not the IANA name"),
            (#"{"cron":"@daily","time_zone":""}"#, "is not the IANA name"),
            (#"{"cron":"@daily","time_zone":1}"#, #""workflow.schedule.time_zone" is a number"#),
            (
                #"{"cron":"@daily","catch_up":"yes"}"#,
                #""workflow.schedule.catch_up" is a string; it must be true or false."#
            ),
            (
                #"{"cron":"@daily","catchup":true}"#,
                #""workflow.schedule" has a member that is not known. Did you mean "catch_up"? Allowed are "cron", "interval", "time_zone", "catch_up"."#
            ),
            (#"{"cron":"@daily","colour":"red"}"#, #"a member that is not known. Allowed are"#),
        ])
    func refused(text: String, part: String) throws {
        let error = try #require(throws: LIFError.self) { try rule(text) }
        #expect(error.code == .queryParseException && error.isShapeError)
        #expect(error.message.contains(part), "\(error.message)")
    }
}
