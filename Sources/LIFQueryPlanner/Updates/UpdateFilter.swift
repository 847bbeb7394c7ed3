import LIFJSON
import LIFModel

/// Whose record an update is to change. Pure.
///
/// A LIF Cache changes the first record that matches. A deployed one makes a database query of the filter: there an empty
/// object among others matches every record, a `null` in an array each record that lacks the member, and names with `$`
/// or `.` are the database's own. So each part of a filter must name something.
struct UpdateFilter: Sendable {
    /// Those that it names by identifier and type.
    let learners: Set<LearnerIdentifier>
    /// The record that it means has one of these; empty when it may mean one that has none of them.
    private let identifiers: [AskedIdentifier]

    /// - Throws: `LIFError` `QueryNotValid`.
    init(_ filter: JSONValue) throws(LIFError) {
        try Self.check(filter)
        let names = filter.object?.members.filter { $0.value.namesSomething }.map(\.name) ?? []
        guard let name = LIFName.find("Person", among: names), let person = filter[name] else {
            throw Self.namesNoLearner
        }
        // Several persons, and several entries, are alternatives.
        let entries = (person.array ?? [person]).map { $0.member(named: "Identifier")?.entries }
        let named = entries.compactMap(\.self).flatMap(\.self)
        // Without its identifier an entry means whoever has one of that type.
        if named.contains(where: { $0.object != nil && $0["identifier"]?.isNull ?? true }) { throw Self.namesNoLearner }
        learners = LearnerIdentifier.all(in: named)
        let asked = named.map(AskedIdentifier.all)
        let areAllNamed = entries.allSatisfy { $0 != nil } && asked.allSatisfy { !$0.isEmpty }
        identifiers = areAllNamed ? asked.flatMap(\.self) : []
    }

    /// Whether a record can be the one that was meant.
    ///
    /// - Parameter entries: The record's identifiers; one without any says nothing.
    func mayMean(recordWith entries: [JSONValue]) -> Bool {
        if entries.isEmpty || identifiers.isEmpty { return true }
        return entries.contains { entry in identifiers.contains { $0.isMet(by: entry) } }
    }

    private static func check(_ value: JSONValue) throws(LIFError) {
        switch value {
        case .array(let elements):
            for element in elements {
                if !element.namesSomething { throw namesNoLearner }
                try check(element)
            }
        case .object(let object):
            try check(object.names)
            for member in object.members where !member.value.isNull {
                if !member.value.namesSomething { throw namesNoLearner }
                try check(member.value)
            }
        default: break
        }
    }

    private static func check(_ names: [String]) throws(LIFError) {
        guard names.allSatisfy({ !$0.isEmpty && !$0.hasPrefix("$") && !$0.contains(".") }),
            Set(names).count == names.count
        else {
            throw LIFError(
                .queryNotValid,
                "\"updatePerson.filter\" has a member whose name is empty, begins with \"$\", has a \".\", or stands twice. "
                    + "Name the members of the record, each once.",
                isShapeError: true)
        }
    }

    private static var namesNoLearner: LIFError {
        LIFError(
            .queryNotValid,
            "\"updatePerson.filter\" names no learner, or has a part that names nothing. Name the learner whose record is "
                + "to be changed under \"Person\", an identifier in each entry of \"Identifier\", and leave out empty "
                + "objects and arrays.",
            isShapeError: true)
    }
}

/// An identifier that a filter asks for, with or without its type.
private struct AskedIdentifier: Sendable {
    let identifier: String
    let typeToken: String?

    /// What an entry asks for, where several are alternatives; empty when that cannot be said.
    static func all(in entry: JSONValue) -> [AskedIdentifier] {
        let identifiers = (entry["identifier"]?.entries ?? []).map(\.string)
        let type = entry["identifierType"] ?? .null
        let types: [String?] = type.isNull ? [nil] : type.entries.map(\.string)
        guard !identifiers.contains(nil), type.isNull || !types.contains(nil) else { return [] }
        return identifiers.compactMap(\.self).flatMap { identifier in
            types.map { AskedIdentifier(identifier: identifier, typeToken: $0.map(LearnerIdentifier.token)) }
        }
    }

    /// As `LearnerIdentifier` compares.
    func isMet(by entry: JSONValue) -> Bool {
        guard let found = entry["identifier"]?.string, found.utf8.elementsEqual(identifier.utf8) else { return false }
        guard let typeToken else { return true }
        return entry["identifierType"]?.string.map(LearnerIdentifier.token) == typeToken
    }
}

extension JSONValue {
    /// The elements of an array, or else the value itself.
    var entries: [JSONValue] { array ?? [self] }

    /// The member that a LIF name means (see `LIFName`); `nil` when there is none or it is `null`.
    func member(named asked: String) -> JSONValue? {
        let names = object?.members.filter { !$0.value.isNull }.map(\.name) ?? []
        return LIFName.find(asked, among: names).flatMap { self[$0] }
    }
}

extension LearnerIdentifier {
    /// Those among entries of `Identifier`, in a record or in a filter. What is none is left out.
    static func all(in entries: [JSONValue]) -> Set<LearnerIdentifier> {
        Set(
            entries.compactMap { entry in
                guard let identifier = entry["identifier"]?.string, let type = entry["identifierType"]?.string else {
                    return nil
                }
                return LearnerIdentifier(identifier: identifier, identifierType: type)
            })
    }
}
