import Foundation
import GRDB
import LIFJSON
import LIFModel
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct SQLOperatorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var file: String { folder.url.appending(path: "sis.sqlite").path }

    /// Makes the database. The connection is closed again, so that only the file is left.
    private func database(_ sql: String = Self.schema) throws {
        let queue = try DatabaseQueue(path: file)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    private static let schema = """
        CREATE TABLE learner (student_id TEXT PRIMARY KEY, id_type TEXT);
        INSERT INTO learner VALUES ('100001', 'SCHOOL_ASSIGNED_NUMBER'), ('100002', 'SCHOOL_ASSIGNED_NUMBER'),
            ('o''hara', 'SCHOOL_ASSIGNED_NUMBER');
        CREATE TABLE course (student_id TEXT, title TEXT, credits REAL, year INTEGER, extra TEXT, photo BLOB);
        INSERT INTO course VALUES ('100001', 'Baking', 1.5, 2024, '{"b": [1, 2.50]}', X'00FF'),
            ('100001', 'Milling', NULL, NULL, NULL, NULL), ('o''hara', 'Law', 3.0, 2020, '[]', NULL);
        """

    private static let courses = "SELECT title, credits, year, extra, photo FROM course WHERE student_id = :identifier"

    private func operation(
        _ sql: String = courses, fields: [FragmentMapping.Field]? = nil, jsonColumns: Set<String> = [],
        learnerQuery: String? = nil, maximumRows: Int = 100, maximumAnswerBytes: Int = 1 << 20
    ) -> SQLOperator {
        SQLOperator(
            configuration: SQLConfiguration(
                database: file,
                queries: [
                    SQLConfiguration.Query(
                        mapping: FragmentMapping(
                            path: FragmentPath(entity: "CourseLearningExperience"), fields: fields), sql: sql,
                        jsonColumns: jsonColumns)
                ], learnerQuery: learnerQuery, maximumRows: maximumRows, maximumAnswerBytes: maximumAnswerBytes))
    }

    private static let paths = ["CourseLearningExperience", "Name"]

    @Test("Columns become members: numbers stay numbers, NULLs are left out, a BLOB is base64")
    func columns() async throws {
        try database()
        let run = try await Running.of(operation(), paths: Self.paths)
        #expect(
            run["CourseLearningExperience"]
                == #"[{"title":"Baking","credits":1.5,"year":2024,"extra":"{\"b\": [1, 2.50]}","photo":"AP8="},{"title":"Milling"}]"#
        )
        #expect(run.fragments.count == 1)
        #expect(run.report == OperatorReport(learnerKnown: true))
    }

    @Test("A JSON column stands as JSON, to the byte")
    func jsonColumns() async throws {
        try database()
        let run = try await Running.of(operation(jsonColumns: ["extra"]), paths: Self.paths)
        #expect(run["CourseLearningExperience"]?.contains(#""extra":{"b":[1,2.50]}"#) == true)
    }

    @Test("Fields map columns, also from inside a JSON column")
    func fields() async throws {
        try database()
        let fields: [FragmentMapping.Field] = [
            .init("name", .paths([.relative(["title"])])), .init("first", .paths([.relative(["extra", "b", "1"])])),
            .init("informationSourceId", .constant("sis")),
        ]
        let run = try await Running.of(operation(fields: fields, jsonColumns: ["extra"]), paths: Self.paths)
        #expect(
            run["CourseLearningExperience"]
                == #"[{"name":"Baking","first":2.50,"informationSourceId":"sis"},{"name":"Milling","informationSourceId":"sis"}]"#
        )
    }

    @Test("Rows may have objects and lists inside; a NULL is nothing, and what JSON in a column lacks is reported")
    func inside() async throws {
        try database()
        let fields: [FragmentMapping.Field] = [
            .init("name", .paths([.relative(["credits"])])),
            .init(
                "All",
                .items(
                    from: .relative(["extra", "b"]), [.init("n", .paths([try AnswerPath(reading: "@")]))], isList: true)
            ),
            .init("none", .paths([.relative(["extra", "c"])])),
        ]
        let run = try await Running.of(operation(fields: fields, jsonColumns: ["extra"]), paths: Self.paths)
        #expect(
            run["CourseLearningExperience"] == #"[{"name":1.5,"All":[{"n":1},{"n":2.50}]}]"#)
        #expect(
            run.report.unmatched
                == [UnmatchedTarget(target: "Person.CourseLearningExperience.none", paths: ["extra.c"])])
    }

    @Test(
        "What names the learner is bound and never part of the query",
        arguments: hardIdentifiers + ["o'hara", "' OR 1=1 --"])
    func injection(identifier: String) async throws {
        try database()
        let run = try await Running.of(operation(), learner: .school(identifier), paths: Self.paths)
        if identifier == "o'hara" {
            #expect(run["CourseLearningExperience"]?.contains("Law") == true)
        } else {
            #expect(run.fragments.isEmpty)
            #expect(!run.report.learnerKnown)
        }
    }

    @Test("The identifier's type is bound as a token")
    func type() async throws {
        try database()
        let query =
            "SELECT student_id AS id FROM learner WHERE student_id = :identifier AND id_type = :identifier_type"
        let learner = LearnerIdentifier(identifier: "100001", identifierType: "School assigned number")
        #expect(try await Running.of(operation(query), learner: learner, paths: Self.paths).report.learnerKnown)
        let other = LearnerIdentifier(identifier: "100001", identifierType: "EMPLOYEE")
        #expect(try await !Running.of(operation(query), learner: other, paths: Self.paths).report.learnerKnown)
    }

    @Test("A query for the learner decides who is known", arguments: ["100001", "100002", "nobody"])
    func learnerQuery(identifier: String) async throws {
        try database()
        let operation = operation(learnerQuery: "SELECT 1 FROM learner WHERE student_id = :identifier")
        let run = try await Running.of(operation, learner: .school(identifier), paths: Self.paths)
        #expect(run.report.learnerKnown == (identifier != "nobody"))
        #expect(run.fragments.isEmpty == (identifier != "100001"))
    }

    @Test("With a translation the rows of all queries are one document")
    func translation() async throws {
        try database()
        let run = try await Running.of(
            operation("SELECT title FROM course WHERE student_id = :identifier"), paths: ["Name"], translation: .some)
        #expect(
            run.documents.map(\.text) == [#"{"CourseLearningExperience":[{"title":"Baking"},{"title":"Milling"}]}"#])
        #expect(run.fragments.isEmpty)
    }

    @Test("Too many rows, or too large ones, are not given at all")
    func limits() async throws {
        try database()
        for operation in [operation(maximumRows: 1), operation(maximumAnswerBytes: 60)] {
            let error = try await Running.failure(of: operation, paths: Self.paths)
            #expect(error.reason == .answerTooLarge)
            #expect(!error.isRetryable)
        }
    }

    @Test("A JSON column that is none is an invalid answer, which does not repeat it")
    func brokenJSON() async throws {
        try database("CREATE TABLE t (id, j); INSERT INTO t VALUES ('100001', 'SECRET')")
        let error = try await Running.failure(
            of: operation("SELECT j FROM t WHERE id = :identifier", jsonColumns: ["j"]), paths: Self.paths)
        #expect(error.reason == .invalidAnswer)
        #expect(error.message.contains("\"j\"") && !error.message.contains("SECRET"))
    }

    @Test("A number without end is an invalid answer")
    func infinite() async throws {
        try database("CREATE TABLE t (id, n); INSERT INTO t VALUES ('100001', 9e999)")
        let error = try await Running.failure(
            of: operation("SELECT n FROM t WHERE id = :identifier"), paths: Self.paths)
        #expect(error.reason == .invalidAnswer)
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let sql: String
        let sentence: String
        var testDescription: String { sql }
    }

    private static let wrongQueries = [
        Wrong(sql: "SELECT nope FROM course WHERE student_id = :identifier", sentence: "no such column: nope"),
        Wrong(sql: "SELEC 1", sentence: "is no SELECT"),
        Wrong(sql: "SELECT title FROM course", sentence: "does not use :identifier"),
        Wrong(
            sql: "SELECT title FROM course WHERE student_id = :identifier AND 1 = :other", sentence: "another parameter"
        ),
        Wrong(sql: "SELECT title FROM course WHERE student_id = ?", sentence: "another parameter"),
        Wrong(sql: "DELETE FROM course WHERE student_id = :identifier RETURNING title", sentence: "is no SELECT"),
        Wrong(
            sql: "WITH x AS (SELECT 1) DELETE FROM course WHERE student_id = :identifier RETURNING title",
            sentence: "would change the database"),
        Wrong(sql: "PRAGMA table_info(course)", sentence: "is no SELECT"),
        Wrong(sql: "ATTACH :identifier AS x", sentence: "is no SELECT"),
        Wrong(sql: "SELECT :identifier; DELETE FROM course", sentence: "more than one statement"),
        Wrong(sql: "SELECT title AS a, year AS a FROM course WHERE student_id = :identifier", sentence: "two columns"),
        Wrong(sql: "", sentence: "is no SELECT"),
    ]

    @Test("A query that cannot be asked is reported by its path, at a check and at a run", arguments: wrongQueries)
    func wrong(query: Wrong) async throws {
        try database()
        let operation = operation(query.sql)
        let atCheck = await #expect(throws: LIFError.self) { try await operation.check() }
        let atRun = try await Running.failure(of: operation, paths: Self.paths)
        for error in [atCheck, atRun] {
            #expect(error?.message.contains("query of Person.CourseLearningExperience") == true)
            #expect(error?.message.contains(query.sentence) == true, "\(error?.message ?? "")")
            #expect(error?.isRetryable == false)
        }
        let left = try await DatabaseQueue(path: file).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM course") }
        #expect(left == 3)
    }

    @Test("Columns that the configuration names and no query gives are reported")
    func missingColumns() async throws {
        try database()
        let inJSON = await #expect(throws: LIFError.self) { try await operation(jsonColumns: ["none"]).check() }
        #expect(inJSON?.message.contains("\"none\"") == true)
        let field = FragmentMapping.Field("name", .paths([.relative(["tittle"])]))
        let inFields = await #expect(throws: LIFError.self) { try await operation(fields: [field]).check() }
        #expect(inFields?.message.contains("\"tittle\"") == true)
    }

    @Test("A check prepares the queries without asking for a learner")
    func check() async throws {
        try database()
        let sentence = try await operation("-- courses\n/* of */ " + Self.courses).check()
        #expect(sentence == "can be read, and its query is well-formed")
    }

    @Test("A database that is not there is unreachable, and none is made")
    func missing() async throws {
        let error = try await Running.failure(of: operation(), paths: Self.paths)
        #expect(error.reason == .unreachable)
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test("What is no database is an invalid answer")
    func garbage() async throws {
        try folder.write(String(repeating: "SECRET ", count: 500), to: "sis.sqlite")
        let error = try await Running.failure(of: operation(), paths: Self.paths)
        #expect(error.reason == .invalidAnswer)
        #expect(!error.message.contains("SECRET"))
    }

    @Test("Data that is written later is seen, and so is a database that takes the file's place")
    func changes() async throws {
        try database()
        let operation = operation("SELECT title FROM course WHERE student_id = :identifier")
        _ = try await Running.of(operation, paths: Self.paths)
        try database("INSERT INTO course (student_id, title) VALUES ('100001', 'Later')")
        #expect(
            try await Running.of(operation, paths: Self.paths)["CourseLearningExperience"]?.contains("Later") == true)
        let old = folder.url.appending(path: "old.sqlite")
        try FileManager.default.moveItem(at: URL(filePath: file), to: old)
        try database(
            "CREATE TABLE course (student_id, title); INSERT INTO course VALUES ('100001', 'Another')")
        #expect(
            try await Running.of(operation, paths: Self.paths)["CourseLearningExperience"] == #"[{"title":"Another"}]"#)
    }

    @Test("A database in WAL mode is read while it is written")
    func wal() async throws {
        try database()
        let writer = try DatabasePool(path: file)
        try await writer.write {
            try $0.execute(sql: "INSERT INTO course (student_id, title) VALUES ('100001', 'New')")
        }
        let run = try await Running.of(operation(), paths: Self.paths)
        #expect(run["CourseLearningExperience"]?.contains("New") == true)
    }

    /// Makes a database in WAL mode that its writer has closed.
    private func closedWALDatabase() throws {
        try database()
        var configuration = Configuration()
        configuration.journalMode = .wal
        try DatabaseQueue(path: file, configuration: configuration).close()
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
    }

    @Test("Nothing is left beside a database in WAL mode that nobody writes, whatever its name")
    func nothingIsWritten() async throws {
        try closedWALDatabase()
        #expect(try names == ["sis.sqlite"])
        #expect(try await Running.of(operation(), paths: Self.paths).fragments.count == 1)
        _ = try await operation().check()
        #expect(try names == ["sis.sqlite"])
        let odd = folder.url.appending(path: "a?b#c%20 d.sqlite").path
        try FileManager.default.moveItem(atPath: file, toPath: odd)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: odd)
        #expect(try await Running.of(operation(), paths: Self.paths).fragments.count == 1)
        #expect(try names == ["a?b#c%20 d.sqlite", "sis.sqlite"])
    }

    @Test("A writer that closes the database after a reading leaves nothing beside it")
    func writerTidiesUp() async throws {
        try database()
        let operation = operation()
        let writer = try DatabasePool(path: file)
        try await writer.write {
            try $0.execute(sql: "INSERT INTO course (student_id, title) VALUES ('100001', 'New')")
        }
        #expect(try await Running.of(operation, paths: Self.paths)["CourseLearningExperience"]?.contains("New") == true)
        try writer.close()
        #expect(try names == ["sis.sqlite"])
        #expect(try await Running.of(operation, paths: Self.paths)["CourseLearningExperience"]?.contains("New") == true)
        #expect(try names == ["sis.sqlite"])
    }

    @Test("A log that was left without its index is not taken up, and the failure says what to do")
    func logWithoutIndex() async throws {
        try closedWALDatabase()
        try folder.write("a log", to: "sis.sqlite-wal")
        let error = try await Running.failure(of: operation(), paths: Self.paths)
        #expect(error.reason == .sourceError && error.message.contains("Open the database once with the program"))
        #expect(try names == ["sis.sqlite", "sis.sqlite-wal"])
    }

    @Test("What is read without a lock is held against the file afterwards")
    func changedMeanwhile() throws {
        try closedWALDatabase()
        let opened = try SQLFile(path: file)
        #expect(opened.address.hasSuffix("sis.sqlite?immutable=1"))
        #expect(try !opened.hasChanged())
        try database("INSERT INTO course (student_id, title) VALUES ('100001', 'Later')")
        #expect(try opened.hasChanged())
        try FileManager.default.removeItem(atPath: file)
        #expect(try opened.hasChanged())
        try database("CREATE TABLE course (student_id, title)")
        #expect(try SQLFile(path: file).address == URL(filePath: file).resolvingSymlinksInPath().path)
    }

    /// Counts for hours.
    private static let endless = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000)
        SELECT count(*) AS c FROM n WHERE i <> :identifier
        """

    @Test("Cancelling interrupts a query that runs, and the next one is not disturbed")
    func cancelled() async throws {
        try database()
        let configuration = SQLConfiguration(
            database: file,
            queries: [
                .init(mapping: FragmentMapping(path: FragmentPath(entity: "Name")), sql: Self.endless),
                .init(
                    mapping: FragmentMapping(path: FragmentPath(entity: "CourseLearningExperience")), sql: Self.courses),
            ])
        let operation = SQLOperator(configuration: configuration)
        for _ in 0..<3 {
            let run = Task { try await Running.of(operation, paths: ["Name"]).report }
            try await Task.sleep(for: .milliseconds(30))
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
            #expect(try await Running.of(operation, paths: ["CourseLearningExperience"]).fragments.count == 1)
        }
    }

    @Test("A time-out over an endless query holds")
    func timeout() async throws {
        try database()
        let operation = operation(Self.endless)
        let error = await #expect(throws: LIFError.self) {
            try await TaskRunner().run(TaskPolicy(retries: 0, timeout: .milliseconds(100))) { _ in
                try await Running.of(operation, paths: Self.paths).report
            }
        }
        #expect(error?.reason == .timeout)
    }

    @Test("Many queries run at once")
    func concurrent() async throws {
        try database()
        let operation = operation()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<40 { group.addTask { try await Running.of(operation, paths: Self.paths).fragments.count } }
            for try await count in group { #expect(count == 1) }
        }
    }

    @Test("A database that another process has locked may be asked again")
    func locked() async throws {
        try database()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let writer = try DatabaseQueue(path: file, configuration: configuration)
        try await writer.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
        let error = try await Running.failure(of: operation(), paths: Self.paths)
        #expect(error.reason == .sourceError)
        #expect(error.isRetryable)
        try await writer.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        #expect(try await Running.of(operation(), paths: Self.paths).fragments.count == 1)
    }
}
