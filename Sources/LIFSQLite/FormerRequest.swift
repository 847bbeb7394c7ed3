import Foundation
import GRDB
import LIFJSON
import LIFModel
import LIFQueryPlanner

/// A promised query as version 2 kept it: with its whole answer, the native result document.
struct FormerRequest {
    /// The name of a process that never lives: all ids of processes have 32 digits.
    static let holder = "version-2"

    private let id: String
    private let acceptedAt: Double
    private let state: String
    private let errorCode: String?
    private let errorMessage: String?
    /// Maybe damaged; it stays so.
    private let query: Data
    private let result: [UInt8]?

    init(row: Row) throws {
        id = row[0]
        acceptedAt = row[1]
        state = row[2]
        errorCode = row[3]
        errorMessage = row[4]
        query = row[5]
        result = try row.bytes(6)
    }

    /// Writes it as version 3 has it.
    func keep(in database: Database) throws {
        let parts = state == "completed" ? parts : []
        let isExpired = parts == nil
        try database.change(
            """
            INSERT INTO processed_request (
                id, accepted_at, expected_parts, holder, fence, state, error_code, error_message, finished_at, query
            ) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?)
            """,
            [
                id, acceptedAt, parts?.count ?? 0, Self.holder, isExpired ? "expired" : state, errorCode, errorMessage,
                // When it ended was not kept.
                state == "pending" ? nil : acceptedAt, isExpired ? nil : query,
            ])
        guard let parts else { return }
        let position = database.lastInsertedRowID
        try SQLiteProcessedRequestStore.insert(parts, request: position, after: 0, database)
        let value = try? JSONParser.parse(Array(query), limits: JSONLimits(maximumBytes: .max))
        if let value, let query = try? LIFQuery(json: value) {
            try SQLiteProcessedRequestStore.note(query.learners, request: position, database)
        }
    }

    /// The parts of a result document: each with the items that it has in the record. `nil` for another document.
    private var parts: [LandedPart]? {
        guard let result, let document = try? RawJSON(kept: result, of: "an answer"),
            let records = document["records"], records.isArray, let list = document["parts"], list.isArray
        else { return nil }
        let isKnown = document["learner_known"]?.text == "true"
        var parts: [AnswerPart] = []
        var ordinals: [Int: Int] = [:]
        for element in list.elements {
            guard let learner = element["learner"].flatMap({ Int($0.text) }),
                let path = element["fragment_path"]?.string.flatMap(FragmentPath.init(parsing:)),
                let source = element["information_source_id"]?.string,
                let outcome = element["outcome"]?.string.flatMap(AnswerPart.Outcome.init(rawValue:)),
                let items = element["items"].flatMap({ Int($0.text) }), (0...result.count).contains(items)
            else { return nil }
            let reason = element["reason"]?.string
            parts.append(
                AnswerPart(
                    learner: learner, ordinal: ordinals[learner, default: 0], path: path, sourceID: source,
                    outcome: outcome, items: items, learnerKnown: isKnown && outcome != .missing,
                    storedAt: outcome == .missing ? nil : Date(timeIntervalSinceReferenceDate: acceptedAt),
                    dataTimestamp: Self.date(element["data_timestamp"]), expiresAt: Self.date(element["expires_at"]),
                    failure: reason.map { Failure(Failure.Reason(rawValue: $0) ?? .internal, "") },
                    duration: element["duration_ms"].flatMap { Duration(statedMilliseconds: $0.text) }))
            ordinals[learner, default: 0] += 1
        }
        return Self.landed(parts, records: records.elements)
    }

    private static func date(_ value: RawJSON?) -> Date? { value?.string.flatMap(Date.init(iso8601:)) }

    /// Gives the items in the records back to the parts that brought them. Sources follow each other in a record as in the
    /// list of parts; where their numbers do not add up, because the query had left items out, the first has them all.
    private static func landed(_ parts: [AnswerPart], records: [RawJSON]) -> [LandedPart]? {
        var contents: [Int: FragmentContent] = [:]
        for (learner, indices) in Dictionary(grouping: parts.indices, by: { parts[$0].learner }) {
            guard records.indices.contains(learner) else { return nil }
            let members = records[learner].personOfRecord?.members ?? []
            for (entity, indices) in Dictionary(grouping: indices, by: { parts[$0].path.entity }) {
                let bringing = indices.sorted().filter { parts[$0].items > 0 }
                guard let first = bringing.first, let value = members.last(where: { $0.name == entity })?.value else {
                    continue
                }
                let elements = value.isArray ? value.elements : [value]
                let isDivisible = value.isArray && bringing.reduce(0) { $0 + parts[$1].items } == elements.count
                var rest = elements[...]
                for index in isDivisible ? bringing : [first] {
                    let share = isDivisible ? rest.prefix(parts[index].items) : rest
                    rest = rest.dropFirst(share.count)
                    contents[index] = FragmentContent(Array(share), isScalar: !value.isArray)
                }
            }
        }
        return parts.indices.map { LandedPart(parts[$0], content: contents[$0]) }
    }
}
