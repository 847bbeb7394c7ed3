import GRDB

extension LIFDatabase {
    /// `write` for a store: what goes wrong comes as callers of its port see it.
    ///
    /// - Throws: `LIFError` `OutputWriteException`, `OutputQueueNotAvailableException`.
    @discardableResult
    func store<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await write(body)
        } catch {
            throw StorageFault.writing(error)
        }
    }

    /// `read` for a store: what goes wrong comes as callers of its port see it.
    ///
    /// - Throws: `LIFError` `OutputReadException`, `OutputQueueNotAvailableException`.
    func load<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await read(body)
        } catch {
            throw StorageFault.reading(error)
        }
    }
}

extension Database {
    /// Runs a change whose statement is prepared once.
    ///
    /// - Returns: How many rows it changed.
    @discardableResult
    func change(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        let statement = try cachedStatement(sql: sql)
        try statement.execute(arguments: arguments)
        return changesCount
    }
}
