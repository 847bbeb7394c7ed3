import Foundation
import LIFJSON
import LIFModel
import LIFQueryPlanner
import Testing

@testable import LIFSQLite

/// Promised queries that an earlier version accepted are carried over.
@Suite struct ProcessedRequestMigrationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let query = """
        {"filter":{"Person":{"Identifier":[{"identifier":"1","identifierType":"A"},{"identifier":"2",\
        "identifierType":"A"}]}},"selected_fields":["Person.Name"]}
        """

    /// As version 2 wrote them: two learners, a list of two sources, a scalar of two, a part that failed, one without
    /// data, and a list that the query's projection has shortened.
    private static let result = """
        {"correlation_id":"c","learner_known":true,"records":[{"Person":[{"Name":[{"a":1.0},"é",3],\
        "source":"org1","Contact":[{"b":1}]}]},{"Person":[{}]}],"parts":[\
        {"learner":0,"fragment_path":"Person.Name","information_source_id":"org1","outcome":"fetched","items":2,\
        "data_timestamp":"2026-01-02T03:04:05Z","expires_at":null,"reason":null,"duration_ms":20},\
        {"learner":0,"fragment_path":"Person.Name","information_source_id":"org2","outcome":"stale","items":1,\
        "data_timestamp":null,"expires_at":null,"reason":"timeout","duration_ms":9},\
        {"learner":0,"fragment_path":"Person.source","information_source_id":"org1","outcome":"cached","items":1,\
        "data_timestamp":null,"expires_at":"2026-01-03T03:04:05Z","reason":null},\
        {"learner":0,"fragment_path":"Person.source","information_source_id":"org2","outcome":"cached","items":1,\
        "data_timestamp":null,"expires_at":null,"reason":null},\
        {"learner":0,"fragment_path":"Person.Contact","information_source_id":"org1","outcome":"cached","items":2,\
        "data_timestamp":null,"expires_at":null,"reason":null},\
        {"learner":1,"fragment_path":"Person.Name","information_source_id":"org1","outcome":"missing","items":0,\
        "data_timestamp":null,"expires_at":null,"reason":"unreachable","duration_ms":5},\
        {"learner":1,"fragment_path":"Person.Name","information_source_id":"org2","outcome":"empty","items":0,\
        "data_timestamp":null,"expires_at":null,"reason":null}]}
        """

    private func migrated(
        _ accept: (VersionOneStore) throws -> Void
    ) throws -> SQLiteProcessedRequestStore {
        let old = try VersionOneStore(folder: folder.url)
        try accept(old)
        try old.close()
        return SQLiteProcessedRequestStore(try LIFDatabase(folder: folder.url))
    }

    @Test("A pending query of an earlier version is claimed, also by a process that sees others live")
    func pending() async throws {
        let (id, damaged) = (RandomID(), RandomID())
        let store = try migrated { old in
            try old.promise(damaged, query: "{", at: 1)
            try old.promise(id, query: Self.query, at: 2.5)
        }
        let own = HolderID()
        let claimed = try await store.claim(living: [own, HolderID()], by: own, limit: 9)
        #expect(claimed.map(\.id) == [id])
        #expect(claimed.first?.query.learners.map(\.identifier) == ["1", "2"])
        #expect(claimed.first?.query.selectedFields == ["Person.Name"])
        #expect(claimed.first?.acceptedAt == Date(timeIntervalSinceReferenceDate: 2.5))
        #expect(claimed.first?.fence == 2)
        let error = await #expect(throws: LIFError.self) { try await store.request(damaged) }
        #expect(error?.code == .outputReadException)
    }

    @Test("A failed query of an earlier version keeps its error")
    func failed() async throws {
        let id = RandomID()
        let store = try migrated { try $0.promise(id, query: Self.query, at: 2, error: ("QueryTimeout", "late")) }
        let request = try await store.request(id)
        #expect(request?.state == .failed(code: "QueryTimeout", message: "late"))
        #expect(request?.finishedAt == Date(timeIntervalSinceReferenceDate: 2))
    }

    @Test(
        "An answer of an earlier version with numbers that cannot be costs at most that answer",
        arguments: [
            (#""items":2,"#, #""items":9223372036854775807,"#), (#""items":1,"#, #""items":-1,"#),
            (#""learner":1,"#, #""learner":-9223372036854775808,"#), (#""duration_ms":20"#, #""duration_ms":1e400"#),
            (#""duration_ms":20"#, #""duration_ms":-9e18"#), ("2026-01-02T03:04:05Z", "99999-01-02T03:04:05Z"),
        ])
    func hostileNumbers(_ number: String, _ hostile: String) async throws {
        let id = RandomID()
        let result = Self.result.replacing(number, with: hostile)
        let store = try migrated { old in
            try old.promise(id, query: Self.query, at: 1e300, result: result)
        }
        let request = try await store.request(id)
        #expect(request?.acceptedAt.iso8601.hasPrefix("9999-") == true)
        for part in try await store.parts(of: id, learners: 0..<2) {
            #expect(part.part.duration.map { $0 >= .zero } ?? true)
            #expect(part.part.dataTimestamp?.iso8601.utf8.count ?? 24 == 24)
        }
    }

    @Test("The answer of an earlier version becomes parts that bring the same items in the same order")
    func completed() async throws {
        let id = RandomID()
        let store = try migrated { try $0.promise(id, query: Self.query, at: 2, result: Self.result) }
        let request = try await store.request(id)
        #expect(request?.state == .completed)
        #expect(request?.expectedParts == 7)
        let parts = try await store.parts(of: id, learners: 0..<2)
        #expect(parts.map(\.part.learner) == [0, 0, 0, 0, 0, 1, 1])
        #expect(parts.map(\.part.outcome) == [.fetched, .stale, .cached, .cached, .cached, .missing, .empty])
        #expect(
            parts.map { $0.content?.items.text }
                == [#"[{"a":1.0},"é"]"#, "[3]", #"["org1"]"#, nil, #"[{"b":1}]"#, nil, nil])
        #expect(parts.map { $0.content?.count } == [2, 1, 1, nil, 1, nil, nil])
        #expect(parts.map { $0.content?.isScalar } == [false, false, true, nil, false, nil, nil])
        #expect(parts.map(\.part.items) == [2, 1, 1, 1, 2, 0, 0])
        #expect(parts.map(\.part.reason) == [nil, "timeout", nil, nil, nil, "unreachable", nil])
        #expect(parts.map(\.part.duration) == [20, 9, nil, nil, nil, 5, nil].map { $0.map { .milliseconds($0) } })
        #expect(parts[0].part.dataTimestamp == Date(iso8601: "2026-01-02T03:04:05Z"))
        #expect(parts[2].part.expiresAt == Date(iso8601: "2026-01-03T03:04:05Z"))
        #expect(try await store.progress(of: id).lastPosition == 7)
        let forgotten = try await store.forget([LearnerIdentifier(identifier: "2", identifierType: "a")])
        #expect(forgotten.expired == 1)
    }

    @Test(
        "An answer of an earlier version that is not what it wrote is expired",
        arguments: [
            "{", "[]", "{}", #"{"records":[],"parts":[{}]}"#, result.replacing(#""learner":1"#, with: #""learner":7"#),
        ])
    func damaged(result: String) async throws {
        let id = RandomID()
        let store = try migrated { try $0.promise(id, query: Self.query, at: 2, result: result) }
        #expect(try await store.request(id)?.state == .expired)
        #expect(try await store.parts(of: id, learners: 0..<9).isEmpty)
        let later = Date(timeIntervalSinceReferenceDate: 3)
        #expect(try await store.remove(endedBefore: later, limit: 9) == 1)
    }
}
