import Foundation
import GRDB
import LIFJSON
import LIFModel

extension Outcome {
    /// The columns that `init(row:)` reads, in its order.
    static let columns = "kind, fragments, learner_known, reason, message, finished_at, duration, data_timestamp"

    /// The values of those columns.
    var values: StatementArguments {
        let kind: String
        var fragments: Data?
        var learnerKnown: Bool?
        switch result {
        case .data(let list):
            kind = "data"
            fragments = Self.json(list).data
        case .empty(let known):
            kind = "empty"
            learnerKnown = known
        case .failed:
            kind = "failed"
        }
        return [
            kind, fragments, learnerKnown, failure?.reason.rawValue, failure?.message,
            finishedAt.timeIntervalSinceReferenceDate, duration.nanoseconds,
            dataTimestamp?.timeIntervalSinceReferenceDate,
        ]
    }

    /// - Parameter first: Where the columns begin in the row.
    /// - Throws: `LIFError` `OutputReadException` for a row that no version has written.
    init(row: Row, first: Int) throws {
        let result: Outcome.Result
        switch row[first] as String {
        case "data":
            result = .data(try Self.fragments(try row.bytes(first + 1) ?? []))
        case "empty":
            result = .empty(learnerKnown: (row[first + 2] as Bool?) ?? false)
        default:
            // A newer version may know more reasons.
            let reason = (row[first + 3] as String?).flatMap(Failure.Reason.init(rawValue:)) ?? .internal
            result = .failed(Failure(reason, (row[first + 4] as String?) ?? ""))
        }
        self.init(
            result, finishedAt: row.date(first + 5) ?? .distantPast,
            duration: .nanoseconds((row[first + 6] as Int64?) ?? 0), dataTimestamp: row.date(first + 7))
    }

    /// `[{"path":…,"count":…,"scalar":…,"items":[…]}]`: the items are spliced as they are.
    private static func json(_ fragments: [Fragment]) -> RawJSON {
        var writer = JSONWriter(reservingCapacity: fragments.reduce(2) { $0 + $1.content.items.bytes.count + 96 })
        writer.array { writer in
            for fragment in fragments {
                writer.object { writer in
                    writer.member("path", fragment.path.entity)
                    writer.member("count", fragment.content.count)
                    writer.member("scalar", fragment.content.isScalar)
                    writer.member("items", fragment.content.items)
                }
            }
        }
        return writer.raw
    }

    /// The items become slices of the bytes. They are checked: a walk over damaged bytes would end the process.
    private static func fragments(_ bytes: [UInt8]) throws -> [Fragment] {
        let json: RawJSON
        do {
            // Without a limit of depth: the row has two levels more than what was accepted.
            json = try RawJSON(validating: bytes, limits: .none)
        } catch {
            throw StorageFault.damaged("an outcome", cause: error)
        }
        return try json.elements.map { element in
            guard let path = element["path"]?.string, let count = element["count"].flatMap({ Int($0.text) }),
                let scalar = element["scalar"], let items = element["items"], items.isArray
            else { throw StorageFault.damaged("an outcome") }
            let content = FragmentContent(items: items, count: count, isScalar: scalar.text == "true")
            return Fragment(path: FragmentPath(entity: path), content: content)
        }
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
