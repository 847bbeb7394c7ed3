import LIFJSON
import LIFModel

/// A native result document as tables for people: which sources answered, in how long, and how many entries of each
/// entity came from where.
struct AnswerReport {
    private struct Part {
        let path: String
        let source: String
        let outcome: String
        let items: Int
        let reason: String?
        let milliseconds: Int?
    }

    private let parts: [Part]
    /// What was asked for and has no part.
    private let unsupplied: [String]

    /// - Parameter fields: What the query selected; empty for the entire record.
    init(_ document: RawJSON, fields: [String] = []) {
        parts = (document["parts"]?.elements ?? []).map { part in
            Part(
                path: part["fragment_path"]?.string ?? "", source: part["information_source_id"]?.string ?? "",
                outcome: part["outcome"]?.string ?? "", items: part["items"]?.value().number?.int ?? 0,
                reason: part["reason"]?.string, milliseconds: part["duration_ms"]?.value().number?.int)
        }
        let answered = Set(parts.compactMap { FragmentPath(parsing: $0.path)?.entity })
        unsupplied = fields.reduce(into: []) { lines, field in
            guard let entity = FieldPath(parsing: field)?.segments.first,
                LIFName.find(entity, among: answered) == nil
            else { return }
            let line = "\(FragmentPath(entity: entity)): no source supplies it for this query; `lif explain` says why"
            if !lines.contains(line) { lines.append(line) }
        }
    }

    func text(time: Duration) -> String {
        let cached = parts.count { $0.milliseconds == nil && ["cached", "empty"].contains($0.outcome) }
        let asked = Set(parts.filter { $0.milliseconds != nil }.map(\.source)).count
        let line =
            "answered in \(time.inMilliseconds) ms; sources asked: \(asked); "
            + "answers from the cache: \(cached) of \(parts.count)"
        var blocks = [line]
        if !parts.isEmpty { blocks += [sourcesTable, entitiesTable] }
        if !unsupplied.isEmpty { blocks.append(unsupplied.joined(separator: "\n")) }
        if parts.isEmpty, unsupplied.isEmpty {
            blocks.append("No source supplies anything for this query; `lif explain` says why.")
        }
        return blocks.joined(separator: "\n\n")
    }

    private var sources: [String] {
        parts.map(\.source).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private var sourcesTable: String {
        var table = TextTable(["source", "asked", "outcome", "entries"], indent: "  ")
        for source in sources {
            let mine = parts.filter { $0.source == source }
            var counts: [(name: String, count: Int)] = []
            for part in mine {
                let name = part.reason.map { "\(part.outcome) (\($0))" } ?? part.outcome
                if let index = counts.firstIndex(where: { $0.name == name }) {
                    counts[index].count += 1
                } else {
                    counts.append((name, 1))
                }
            }
            let outcome = counts.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
            let asked = mine.compactMap(\.milliseconds).max().map { "\($0) ms" } ?? "no"
            table.add([source, asked, outcome, "\(mine.reduce(0) { $0 + $1.items })"])
        }
        return table.text
    }

    private var entitiesTable: String {
        var table = TextTable(["entity", "entries"] + sources, indent: "  ")
        let paths = parts.map(\.path).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        for path in paths {
            let mine = parts.filter { $0.path == path }
            let cells = sources.map { source in
                Self.cell(of: mine.filter { $0.source == source })
            }
            table.add([path, "\(mine.reduce(0) { $0 + $1.items })"] + cells)
        }
        return table.text
    }

    /// What one source has of one path, for all learners.
    private static func cell(of parts: [Part]) -> String {
        let missing = parts.count { $0.outcome == "missing" }
        if missing == parts.count { return parts.isEmpty ? "" : "missing" }
        let items = parts.reduce(0) { $0 + $1.items }
        return missing == 0 ? "\(items)" : "\(items), missing for \(missing) of \(parts.count) learners"
    }
}
