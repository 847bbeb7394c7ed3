import LIFJSON
import LIFModel
import LIFTesting
import Synchronization

/// A LIF Cache that behaves as the reference's: it finds a record by an identifier among its `Identifier`, gives the members
/// that are asked for, makes a record for whoever is saved, appends, and refuses what are no objects.
final class AppendingCache: Sendable {
    private struct Record {
        let identifiers: [RawJSON]
        var members: [String: [RawJSON]] = [:]
    }

    private let state = Mutex<[Record]>([])

    /// The members of each record, by name and number of items.
    var counts: [[String: Int]] { state.withLock { $0.map { $0.members.mapValues(\.count) } } }

    func answer(_ asked: SourceServer.Asked) -> SourceServer.Reply {
        switch (asked.method, asked.target) {
        case ("POST", "/query"): query(asked.json)
        case ("POST", "/save"): save(asked.json)
        default: .status(404)
        }
    }

    private static func identifiers(_ filter: RawJSON?) -> [RawJSON] {
        filter?["Person"]?["Identifier"]?.elements ?? []
    }

    private func query(_ json: RawJSON) -> SourceServer.Reply {
        let wanted = Self.identifiers(json["filter"])
        let fields = (json["selected_fields"]?.elements ?? []).compactMap { $0.string?.dropFirst("Person.".count) }
        let found = state.withLock { $0.filter { $0.identifiers.contains(where: wanted.contains) } }
        var writer = JSONWriter()
        writer.array { writer in
            for record in found {
                writer.object { writer in
                    writer.name("Person")
                    writer.array { writer in
                        writer.object { writer in
                            for field in fields.map(String.init) {
                                let items = field == "Identifier" ? record.identifiers : record.members[field]
                                guard let items else { continue }
                                writer.name(field)
                                writer.array { writer in
                                    for item in items { writer.value(item) }
                                }
                            }
                        }
                    }
                }
            }
        }
        return .json(writer.raw)
    }

    private func save(_ json: RawJSON) -> SourceServer.Reply {
        let identifiers = Self.identifiers(json["lif_query_filter"])
        let fragments = json["lif_fragments"]?.elements ?? []
        guard !identifiers.isEmpty, fragments.allSatisfy({ $0["fragment"]?.elements.allSatisfy(\.isObject) == true })
        else { return .status(500) }
        state.withLock { records in
            var index = records.firstIndex { $0.identifiers.contains(where: identifiers.contains) }
            if index == nil {
                records.append(Record(identifiers: identifiers))
                index = records.count - 1
            }
            for fragment in fragments {
                guard let index, let path = fragment["fragment_path"]?.string else { continue }
                let name = String(path.dropFirst("Person.".count))
                records[index].members[name, default: []] += fragment["fragment"]?.elements ?? []
            }
        }
        return .json("null")
    }
}
