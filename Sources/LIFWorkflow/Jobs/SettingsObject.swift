import LIFJSON
import LIFModel

/// One object of a `workflow` while it is read: gives its members, and notes what is wrong with each.
///
/// A member that is absent, `null` or wrong is `nil`.
struct SettingsObject {
    let place: String
    private let object: JSONObject

    init?(_ json: JSONValue, at place: String, members: [String], faults: inout DocumentFaults) {
        guard let object = json.object else {
            faults.add(shapeOf: json, at: place, should: "an object with any of \(Self.list(members))")
            return nil
        }
        self.place = place
        self.object = object
        for (index, name) in object.names.enumerated() where !members.contains(name) {
            faults.add(
                .shape, at: place,
                "Member \(index + 1) of \"\(place)\" is not known\(Self.suggestion(for: name, among: members)) "
                    + "Allowed are \(Self.list(members)).")
        }
    }

    subscript(name: String) -> JSONValue? {
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    func integer(_ name: String, in range: ClosedRange<Int>, faults: inout DocumentFaults) -> Int? {
        guard let value = self[name] else { return nil }
        let should = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        // 6.0 and 6e0 are whole numbers, too.
        guard let number = value.number?.int ?? value.number.flatMap({ Int(exactly: $0.double) }) else {
            faults.add(shapeOf: value, at: "\(place).\(name)", should: should)
            return nil
        }
        if range.contains(number) { return number }
        faults.add(.value, at: "\(place).\(name)", "\"\(place).\(name)\" is \(number); it must be \(should).")
        return nil
    }

    func duration(_ name: String, in range: ClosedRange<Duration>, faults: inout DocumentFaults) -> Duration? {
        guard let value = self[name] else { return nil }
        let should =
            "a duration such as \"250ms\", \"15s\", \"2m\", \"24h\" or \"7d\", or a number of seconds, "
            + "from \(range.lowerBound.text) to \(range.upperBound.text)"
        guard let text = value.string ?? value.number?.text else {
            faults.add(shapeOf: value, at: "\(place).\(name)", should: should)
            return nil
        }
        let duration = Duration(text: text)
        if let duration, range.contains(duration) { return duration }
        let found = duration.map { "is \($0.text)" } ?? "cannot be used"
        faults.add(.value, at: "\(place).\(name)", "\"\(place).\(name)\" \(found); it must be \(should).")
        return nil
    }

    /// A text of 1 to `limit` bytes without control characters.
    func text(_ name: String, limit: Int, should: String, faults: inout DocumentFaults) -> String? {
        guard let value = self[name] else { return nil }
        return Self.text(value, at: "\(place).\(name)", limit: limit, should: should, faults: &faults)
    }

    static func text(
        _ value: JSONValue, at place: String, limit: Int, should: String, faults: inout DocumentFaults
    ) -> String? {
        guard let text = value.string else {
            faults.add(shapeOf: value, at: place, should: should)
            return nil
        }
        let isUsable =
            (1...limit).contains(text.utf8.count)
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        if isUsable { return text }
        faults.add(
            .value, at: place,
            "\"\(place)\" cannot be used; it must be \(should), of 1 to \(limit) bytes and without control characters.")
        return nil
    }

    /// The end of a sentence about a name that is not known.
    static func suggestion(for name: String, among names: [String]) -> String {
        NearestNames.to(name, among: names).first.map { "; did you mean \"\($0)\"?" } ?? "."
    }

    static func list(_ names: [String]) -> String { names.map { "\"\($0)\"" }.joined(separator: ", ") }
}
