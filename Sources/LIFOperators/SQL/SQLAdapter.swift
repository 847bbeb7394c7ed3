package import LIFModel
import LIFSettings
package import LIFWorkflow

/// SQLite databases.
struct SQLAdapter: SourceAdapter {
    let id = "sql"
    var settings: [Setting] { Self.settings }

    func read(_ source: SourceReading) -> AdapterReading? {
        guard let block = source.block(ofAdapter: "sql") else { return nil }
        var reader = SQLSourceReader(block: block, model: source.model)
        guard let configuration = reader.configuration(maximumAnswerBytes: source.maximumAnswerBytes) else {
            return nil
        }
        source.check(reader.mappedPaths, in: block, "queries")
        let database = block.written("database")?.withoutSecrets ?? ""
        return AdapterReading(.ready(configuration), origin: configuration.origin(database: database))
    }
}

extension SQLConfiguration: AdapterConfiguration {
    package func canonical(in catalogue: SourceCatalogue) -> SQLConfiguration {
        var copy = self
        for index in queries.indices { copy.queries[index].mapping = queries[index].mapping.canonical(in: catalogue) }
        return copy
    }

    package func makeOperator(_ services: AdapterServices) -> any TaskOperator { SQLOperator(configuration: self) }

    /// - Parameter database: As it is written.
    fileprivate func origin(database: String) -> [String] {
        ["sql", database, learnerQuery ?? ""]
            + queries.map { query in
                [query.sql, query.mapping.origin, query.jsonColumns.sorted().joined(separator: "\u{1E}")]
                    .joined(separator: "\u{1F}")
            }
    }
}
