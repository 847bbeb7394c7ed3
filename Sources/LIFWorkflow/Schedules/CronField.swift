import LIFModel

/// One of the five fields of a cron expression, and how it is read (crontab(5)).
enum CronField: CaseIterable {
    case minute, hour, dayOfMonth, month, dayOfWeek

    var name: String {
        switch self {
        case .minute: "minute"
        case .hour: "hour"
        case .dayOfMonth: "day-of-month"
        case .month: "month"
        case .dayOfWeek: "day-of-week"
        }
    }

    var allowed: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 0...7
        }
    }

    /// Names that may stand for the values, from the lowest value on.
    private var names: [String] {
        switch self {
        case .minute, .hour, .dayOfMonth: []
        case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        case .dayOfWeek: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        }
    }

    private var longestStep: Int { self == .dayOfWeek ? 7 : allowed.count }
}

extension CronField {
    /// Reads a list of values, ranges and steps.
    ///
    /// - Throws: `LIFError` `QueryParseException` with the field, what is there and what is allowed.
    func read(_ text: Substring, at place: String) throws(LIFError) -> CronValues {
        var values = CronValues(isWildcard: text.first == "*")
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let range = try range(halves[0], at: place)
            guard halves.count > 1 else {
                values.insert(range)
                continue
            }
            guard halves[0] == "*" || halves[0].contains("-") else {
                throw invalid(
                    item, at: place,
                    should: "a step follows a range or \"*\": \"\(halves[0])-\(allowed.upperBound)/…\" or \"*/…\"")
            }
            guard let step = number(halves[1]), (1...longestStep).contains(step) else {
                throw invalid(item, at: place, should: "the step after \"/\" must be a number from 1 to \(longestStep)")
            }
            values.insert(range, step: step)
        }
        if self == .dayOfWeek { values.fold(7, into: 0) }
        return values
    }

    private func range(_ text: Substring, at place: String) throws(LIFError) -> ClosedRange<Int> {
        if text == "*" { return allowed }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let low = try value(ends[0], at: place)
        guard ends.count > 1 else { return low...low }
        let high = try value(ends[1], at: place)
        guard low <= high else {
            let sunday = self == .dayOfWeek && high == 0 ? "; Sunday at the end of a range is 7" : ""
            throw invalid(text, at: place, should: "a range goes from the lower value to the higher one\(sunday)")
        }
        return low...high
    }

    private func value(_ text: Substring, at place: String) throws(LIFError) -> Int {
        if let index = names.firstIndex(of: text.lowercased()) { return allowed.lowerBound + index }
        guard let value = number(text), allowed.contains(value) else {
            var should = "it must be \"*\" or a number from \(allowed.lowerBound) to \(allowed.upperBound)"
            if let first = names.first, let last = names.last { should += ", or a name from \(first) to \(last)" }
            throw invalid(text, at: place, should: should + ", or a list or range of them")
        }
        return value
    }

    private func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) ? Int(text) : nil
    }

    private func invalid(_ text: Substring, at place: String, should: String) -> LIFError {
        let shown = text.count > 20 ? "\(text.prefix(20))…" : String(text)
        return LIFError(
            .queryParseException, "\"\(place)\" cannot be read: the \(name) field has \"\(shown)\"; \(should).",
            isShapeError: true)
    }
}
