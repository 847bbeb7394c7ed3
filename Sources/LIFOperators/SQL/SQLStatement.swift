import GRDB
import LIFModel

/// Prepares a query of the configuration and checks that it is one that can be asked.
enum SQLStatement {
    static func prepare(_ query: SQLConfiguration.Query, in database: Database) throws -> Statement {
        let name = "query of \(query.mapping.path)"
        let statement = try prepare(query.sql, named: name, in: database)
        let columns = statement.columnNames
        guard Set(columns).count == columns.count else {
            throw wrong(name, "gives two columns of one name; rename one with AS")
        }
        if let unknown = query.jsonColumns.sorted().first(where: { !columns.contains($0) }) {
            throw wrong(name, "gives no column \"\(unknown)\", which its json_columns name")
        }
        if let unknown = query.mapping.missingColumn(of: columns) {
            throw wrong(name, "gives no column \"\(unknown)\", which its fields name")
        }
        return statement
    }

    /// - Parameter name: How the configuration names the query; it stands in errors.
    /// - Throws: `OperatorException` with SQLite's message: it is about the text of the query, for nothing has been read.
    static func prepare(_ sql: String, named name: String, in database: Database) throws -> Statement {
        guard let keyword = firstKeyword(sql), ["SELECT", "WITH", "VALUES"].contains(keyword) else {
            throw wrong(name, "is no SELECT; only queries that read are taken")
        }
        let statement: Statement
        do {
            statement = try database.cachedStatement(sql: sql)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
            throw wrong(name, "is not valid: \(error.message ?? "SQLite refuses it")")
        } catch let error as DatabaseError where error.resultCode == .SQLITE_MISUSE {
            throw wrong(name, "is more than one statement")
        }
        guard statement.isReadonly, statement.columnCount > 0 else {
            throw wrong(name, "would change the database; only queries that read are taken")
        }
        try checkParameters(of: statement, name)
        return statement
    }

    private static func checkParameters(of statement: Statement, _ name: String) throws {
        typealias Parameter = SQLConfiguration.Parameter
        do {
            try statement.validateArguments([Parameter.identifier: "", Parameter.identifierType: ""])
        } catch {
            throw wrong(name, "has another parameter than :identifier and :identifier_type")
        }
        // Without the learner it would give the same rows for each.
        guard (try? statement.validateArguments([Parameter.identifierType: ""])) == nil else {
            throw wrong(name, "does not use :identifier, so it would give everybody's data to each")
        }
    }

    /// The first word of a statement, in upper case, after white space and comments.
    private static func firstKeyword(_ sql: String) -> String? {
        var rest = sql[...]
        while true {
            rest = rest.drop(while: \.isWhitespace)
            if rest.hasPrefix("--") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                guard let end = rest.dropFirst(2).firstRange(of: "*/") else { return nil }
                rest = rest[end.upperBound...]
            } else {
                let word = rest.prefix(while: \.isLetter)
                return word.isEmpty ? nil : word.uppercased()
            }
        }
    }

    private static func wrong(_ name: String, _ what: String) -> LIFError {
        .source(.internal, "The \(name) \(what).")
    }
}
