import LIFModel
import LIFOperators

/// Tells what shapes a source's data (`InformationSource.origin`): it changes when the adapter, the URL, the command, the
/// queries, the mapping, the steps of a pipeline or the translation do, and stays the same across processes and credentials.
enum Origin {
    /// - Parameter shape: What shapes the data on the side of the adapter; empty for nothing.
    static func text(
        _ adapter: AdapterCatalogue.Adapter, shape: String, translation: Translation?, translator: String
    ) -> String {
        var parts = [adapter.id]
        if adapter.baseID != adapter.id { parts.append(adapter.baseID) }
        if !shape.isEmpty { parts.append(shape) }
        if let translation { parts.append("\(translation.sourceSchemaID)>\(translation.targetSchemaID)@\(translator)") }
        if let steps = adapter.stepsShape { parts.append(digest(steps)) }
        return parts.joined(separator: ":")
    }

    /// What a `rest:` block asks and makes of the answer.
    ///
    /// - Parameter url: The URL as it is written, with credentials still as placeholders.
    static func shape(_ rest: RESTConfiguration, url: String) -> String {
        digest(([url, shape(rest.answer.data)] + mapping(rest.answer)).joined(separator: "\u{1D}"))
    }

    /// - Parameter folder: As it is written.
    static func shape(_ file: FileConfiguration, folder: String) -> String {
        var parts = ["file", folder, file.name.description, shape(file.answer.data)]
        if let csv = file.csv {
            let types = csv.types.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.rawValue)" }
            parts += [
                csv.identifierColumn ?? "", csv.identifierTypeColumn ?? "", String(csv.delimiter),
                types.joined(separator: "\u{1E}"),
            ]
        }
        return digest((parts + mapping(file.answer)).joined(separator: "\u{1D}"))
    }

    /// - Parameter database: As it is written.
    static func shape(_ sql: SQLConfiguration, database: String) -> String {
        let queries = sql.queries.map { query in
            [query.sql, shape(query.mapping), query.jsonColumns.sorted().joined(separator: "\u{1E}")]
                .joined(separator: "\u{1F}")
        }
        return digest((["sql", database, sql.learnerQuery ?? ""] + queries).joined(separator: "\u{1D}"))
    }

    static func shape(command: String) -> String { digest("command\u{1D}\(command)") }

    private static func mapping(_ answer: AnswerMapping) -> [String] { (answer.fragments ?? []).map(shape) }

    private static func shape(_ mapping: FragmentMapping) -> String {
        let fields = mapping.fields.map(shape) ?? "*"
        return [mapping.path.description, shape(mapping.from), fields].joined(separator: "\u{1F}")
    }

    private static func shape(_ fields: [FragmentMapping.Field]) -> String {
        fields.map(shape).joined(separator: "\u{1E}")
    }

    private static func shape(_ field: FragmentMapping.Field) -> String {
        switch field.source {
        case .paths(let paths): "\(field.name)<\(paths.map(shape).joined(separator: "|"))"
        case .constant(let value): "\(field.name)=\(value)"
        case .object(let fields, let isList): "\(field.name)\(isList ? "[]" : ""){\(shape(fields))}"
        case .items(let from, let fields, let isList):
            "\(field.name)\(isList ? "[]" : "")<\(shape(from)){\(shape(fields))}"
        }
    }

    /// A JSONPath is set apart from a dot path.
    private static func shape(_ path: AnswerPath) -> String {
        (path.isJSONPath ? "?" : "") + (path.takesFirst ? "1" : "") + path.description
    }

    /// FNV-1a of 64 bits, as hexadecimal digits. It finds changes; it protects nothing.
    static func digest(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
