import Foundation
public import LIFJSON
public import LIFModel

extension ScheduleRule {
    private static let members = ["cron", "interval", "time_zone", "catch_up"]

    /// Reads `{"cron":"0 2 * * *","time_zone":"America/New_York","catch_up":false}` or `{"interval":"6h"}`.
    ///
    /// An interval is a duration of whole seconds as people write it, or a number of seconds. The time zone is UTC, and
    /// nothing is caught up, where the document does not say.
    ///
    /// - Parameter place: Names the document in errors.
    /// - Throws: `LIFError` `QueryParseException` (a shape error) with the place, and what is allowed there.
    public init(json: JSONValue, at place: String = "schedule") throws(LIFError) {
        guard let object = json.object else {
            throw .shape(
                .queryParseException, "\"\(place)\"", is: json, should: "an object with \"cron\" or \"interval\"")
        }
        for name in object.names where !Self.members.contains(name) { throw Self.unknown(name, at: place) }
        self.init(
            try Self.timing(object, at: place), timeZone: try Self.timeZone(object["time_zone"], at: place),
            catchUp: try Self.catchUp(object["catch_up"], at: place))
    }

    /// The rule in the form that `init(json:)` reads.
    public var json: RawJSON {
        var writer = JSONWriter()
        writer.object { writer in
            switch timing {
            case .cron(let expression): writer.member("cron", expression.text)
            case .interval(let interval): writer.member("interval", interval.text)
            }
            // Foundation calls UTC by this other name.
            writer.member("time_zone", timeZone.identifier == "GMT" ? "UTC" : timeZone.identifier)
            writer.member("catch_up", catchUp)
        }
        return writer.raw
    }

    private static func timing(_ object: JSONObject, at place: String) throws(LIFError) -> Timing {
        switch (object["cron"] ?? .null, object["interval"] ?? .null) {
        case (.null, .null):
            throw invalid("\"\(place)\" must say when: with \"cron\" or \"interval\".")
        case (let cron, .null):
            guard let text = cron.string else {
                throw .shape(
                    .queryParseException, "\"\(place).cron\"", is: cron, should: "a string such as \"0 2 * * *\"")
            }
            let expression = try CronExpression(text, at: "\(place).cron")
            guard expression.next(after: Date(timeIntervalSince1970: 0), in: .gmt) != nil else {
                throw invalid("\"\(place).cron\" never fires: no month that it names has such a day.")
            }
            return .cron(expression)
        case (.null, let interval):
            return .interval(try duration(interval, at: "\(place).interval"))
        default:
            throw invalid("\"\(place)\" has both \"cron\" and \"interval\"; leave out one of them.")
        }
    }

    private static func duration(_ json: JSONValue, at place: String) throws(LIFError) -> Duration {
        guard let duration = (json.string ?? json.number?.text).flatMap(Duration.init(text:)),
            duration >= .seconds(1), duration.inMilliseconds % 1_000 == 0
        else {
            throw invalid(
                "\"\(place)\" cannot be used; it must be a duration such as \"15m\", \"6h\" or \"1d\", or a "
                    + "number of seconds: whole seconds, from one to those of ten years.")
        }
        return duration
    }

    private static func timeZone(_ json: JSONValue?, at place: String) throws(LIFError) -> TimeZone {
        guard let json, !json.isNull else { return .gmt }
        guard let name = json.string else {
            throw .shape(
                .queryParseException, "\"\(place).time_zone\"", is: json,
                should: "the IANA name of a time zone such as \"Europe/Berlin\", or \"UTC\"")
        }
        if name == "UTC" { return .gmt }
        guard name.contains("/"), let zone = TimeZone(identifier: name) else {
            let names = ["UTC"] + TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") }
            throw invalid(
                "\"\(place).time_zone\" is not the IANA name of a time zone, such as \"Europe/Berlin\", or \"UTC\"."
                    + suggestion(name, among: names))
        }
        return zone
    }

    private static func catchUp(_ json: JSONValue?, at place: String) throws(LIFError) -> Bool {
        guard let json, !json.isNull else { return false }
        guard let value = json.bool else {
            throw .shape(.queryParseException, "\"\(place).catch_up\"", is: json, should: "true or false")
        }
        return value
    }

    private static func unknown(_ name: String, at place: String) -> LIFError {
        let allowed = members.map { "\"\($0)\"" }.joined(separator: ", ")
        return invalid(
            "\"\(place)\" has a member that is not known.\(suggestion(name, among: members)) Allowed are \(allowed).")
    }

    private static func suggestion(_ name: String, among names: [String]) -> String {
        NearestNames.to(name, among: names).first.map { " Did you mean \"\($0)\"?" } ?? ""
    }

    private static func invalid(_ message: String) -> LIFError {
        LIFError(.queryParseException, message, isShapeError: true)
    }
}
