import Foundation
import GRDB
import LIFConcurrency
import LIFJSON
public import LIFModel
public import LIFWorkflow

/// Fetches from an SQLite database through queries of the configuration (adapter `sql`).
///
/// The database is only read, all queries of one run from one state of it. What names the learner is bound, never put
/// into the text of a query. Cancelling interrupts the query that runs.
public final class SQLOperator: TaskOperator {
    private let configuration: SQLConfiguration
    private let source: SQLSource

    /// An operator for one source. The database is opened anew for each fetch, not here.
    public init(configuration: SQLConfiguration) {
        self.configuration = configuration
        source = SQLSource(path: configuration.database)
    }

    private struct Found: Sendable {
        let learnerKnown: Bool
        let rows: [Rows]
    }

    private struct Rows: Sendable {
        /// The position of the query.
        let query: Int
        let json: RawJSON
        let columns: [String]
    }

    /// Runs the queries of the paths that the part asks for, or all of them when its answer is to be translated.
    ///
    /// A translation gets one document, an object with the rows of each query under the name of its entity.
    ///
    /// - Throws: `LIFError` `OperatorException`, with reason `answer-too-large` past `maximumRows` or `maximumAnswerBytes`;
    ///   `CancellationError`.
    public func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        // A translation may need data of any path.
        let wanted = configuration.queries.indices.filter { position in
            let path = configuration.queries[position].mapping.path
            return part.translation != nil || part.fragmentPaths.contains { LIFName.matches($0.entity, path.entity) }
        }
        if let trace = context.trace { show(wanted, part.learner, in: trace) }
        let found = try await find(part.learner, wanted)
        if let trace = context.trace { show(found, in: trace) }
        guard found.learnerKnown else { return OperatorReport(learnerKnown: false) }
        return try await LargeAnswers.shared.read(
            found.rows.reduce(0) { $0 + $1.json.bytes.count }, of: part.informationSourceID
        ) {
            try await deliver(found, for: part, emit: emit)
        }
    }

    private func deliver(
        _ found: Found, for part: QueryPlanPart, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        if part.translation != nil {
            try await emit(.document(document(found)))
            return OperatorReport(learnerKnown: true)
        }
        var unmatched: [UnmatchedTarget] = []
        for path in part.fragmentPaths {
            for rows in found.rows {
                let mapping = configuration.queries[rows.query].mapping
                guard LIFName.matches(mapping.path.entity, path.entity) else { continue }
                var lookup = AnswerLookup(root: rows.json, columns: Set(rows.columns))
                let (content, others) = try mapping.content(of: rows.json, lookup: &lookup)
                unmatched += others
                if let content { try await emit(.fragment(Fragment(path: path, content: content))) }
            }
        }
        return OperatorReport(learnerKnown: true, unmatched: unmatched)
    }

    private func show(_ wanted: [Int], _ learner: LearnerIdentifier, in trace: OperatorTrace) {
        let parameters = [
            "in \(configuration.database)", ":identifier = \(learner.identifier)",
            ":identifier_type = \(learner.typeToken)",
        ]
        if let query = configuration.learnerQuery {
            trace.request("learner_query", lines: parameters, body: Array(query.utf8))
        }
        for query in wanted.map({ configuration.queries[$0] }) {
            trace.request(
                "query of \(query.mapping.path)", lines: parameters, body: Array(query.sql.utf8))
        }
    }

    private func show(_ found: Found, in trace: OperatorTrace) {
        if found.rows.isEmpty {
            trace.answer(found.learnerKnown ? "no rows" : "no rows: the learner is not known")
        }
        for rows in found.rows {
            trace.answer(
                "rows of \(configuration.queries[rows.query].mapping.path)",
                lines: ["columns: \(rows.columns.joined(separator: ", "))"], body: Array(rows.json.bytes))
        }
    }

    /// Opens the database and prepares each query.
    public func check() async throws -> String {
        try await source.read { database in
            if let query = self.configuration.learnerQuery {
                _ = try SQLStatement.prepare(query, named: "learner_query", in: database)
            }
            for query in self.configuration.queries {
                _ = try SQLStatement.prepare(query, in: database)
            }
        }
        let count = configuration.queries.count
        return "can be read, and \(count == 1 ? "its query is" : "its \(count) queries are") well-formed"
    }

    private func find(_ learner: LearnerIdentifier, _ wanted: [Int]) async throws -> Found {
        let configuration = configuration
        return try await source.read { database in
            let arguments: StatementArguments = [
                SQLConfiguration.Parameter.identifier: learner.identifier,
                SQLConfiguration.Parameter.identifierType: learner.typeToken,
            ]
            if let query = configuration.learnerQuery {
                let statement = try SQLStatement.prepare(query, named: "learner_query", in: database)
                guard try Row.fetchOne(statement, arguments: arguments) != nil else {
                    return Found(learnerKnown: false, rows: [])
                }
            }
            var budget = configuration.maximumAnswerBytes
            var found: [Rows] = []
            for position in wanted {
                let query = configuration.queries[position]
                let statement = try SQLStatement.prepare(query, in: database)
                var rows = SQLRows(
                    jsonColumns: query.jsonColumns, maximumRows: configuration.maximumRows, maximumBytes: budget)
                let cursor = try Row.fetchCursor(statement, arguments: arguments)
                while let row = try cursor.next() {
                    try Task.checkCancellation()
                    try rows.append(row)
                }
                budget -= rows.byteCount
                if !rows.isEmpty {
                    found.append(Rows(query: position, json: rows.json, columns: statement.columnNames))
                }
            }
            return Found(learnerKnown: configuration.learnerQuery != nil || !found.isEmpty, rows: found)
        }
    }

    /// The rows of all queries, each under the name of its entity.
    private func document(_ found: Found) -> RawJSON {
        var writer = JSONWriter()
        writer.object { writer in
            for rows in found.rows {
                writer.member(configuration.queries[rows.query].mapping.path.entity, rows.json)
            }
        }
        return writer.raw
    }
}
