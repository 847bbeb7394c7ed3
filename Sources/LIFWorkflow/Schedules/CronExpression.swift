public import LIFModel

/// When something runs, in the five fields of crontab(5): minute, hour, day of month, month, day of week.
///
/// A field is `*`, a value, a range (`1-5`), either of the first and last with a step (`*/15`, `8-18/2`), or a list of
/// these. Months and days of the week may be written `jan` to `dec` and `sun` to `sat`; Sunday is 0 or 7.
/// `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly` and `@annually` stand for whole expressions.
///
/// When day of month and day of week are both restricted, a day that fits either fits. A day field that starts with `*`
/// does not restrict; its step, if it has one, must then fit as well as the other field.
public struct CronExpression: Sendable, Hashable {
    /// As written, with one space between fields.
    public let text: String
    let minutes: CronValues
    let hours: CronValues
    let daysOfMonth: CronValues
    let months: CronValues
    let daysOfWeek: CronValues

    /// Reads an expression.
    ///
    /// - Parameter place: Names the text in errors.
    /// - Throws: `LIFError` `QueryParseException` (a shape error) with the field, what is there and what is allowed.
    public init(_ text: String, at place: String = "cron") throws(LIFError) {
        let words = text.split(whereSeparator: \.isWhitespace)
        let fields = try Self.fields(words, at: place)
        self.text = words.joined(separator: " ")
        minutes = try CronField.minute.read(fields[0], at: place)
        hours = try CronField.hour.read(fields[1], at: place)
        daysOfMonth = try CronField.dayOfMonth.read(fields[2], at: place)
        months = try CronField.month.read(fields[3], at: place)
        daysOfWeek = try CronField.dayOfWeek.read(fields[4], at: place)
    }

    private static let nicknames = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// - Returns: Five fields.
    private static func fields(_ words: [Substring], at place: String) throws(LIFError) -> [Substring] {
        if let first = words.first, first.hasPrefix("@") {
            guard words.count == 1, let meaning = nicknames[first.lowercased()] else {
                let names = nicknames.keys.sorted().joined(separator: ", ")
                throw LIFError(
                    .queryParseException,
                    "\"\(place)\" cannot be read: it starts with \"@\"; what is allowed then is one of \(names).",
                    isShapeError: true)
            }
            return meaning.split(separator: " ")
        }
        guard words.count == 5 else {
            let fields = CronField.allCases.map(\.name).joined(separator: ", ")
            throw LIFError(
                .queryParseException,
                "\"\(place)\" cannot be read: it has \(words.count) fields; it must have five: \(fields).",
                isShapeError: true)
        }
        return words
    }
}

extension CronExpression: CustomStringConvertible {
    /// The same as ``text``.
    public var description: String { text }
}
