import Foundation
import LIFJSON
import LIFModel
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct CSVSourceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let preferences = FragmentMapping(
        path: FragmentPath(entity: "EmploymentPreferences"),
        fields: [
            .init("organizationTypes", .paths([.relative(["org_type"])])),
            .init("informationSourceId", .constant("hr")),
        ])

    private func operation(
        name: String = "employment.csv", csv: CSVFormat = CSVFormat(identifierColumn: "student_id"),
        mapping: [FragmentMapping] = [preferences]
    ) throws -> FileOperator {
        FileOperator(
            configuration: FileConfiguration(
                folder: folder.path, name: try #require(FileNameTemplate(parsing: name)), csv: csv,
                answer: AnswerMapping(fragments: mapping)))
    }

    private func writeTable(_ type: String = "Public") throws {
        try folder.write("student_id,org_type\n100001,\(type)\n100002,Private\n100001,\n", to: "employment.csv")
    }

    @Test("Of a table that holds everybody the learner's rows are mapped")
    func shared() async throws {
        try writeTable()
        let run = try await Running.of(operation(), paths: ["EmploymentPreferences", "Name"])
        #expect(run["EmploymentPreferences"] == #"[{"organizationTypes":"Public","informationSourceId":"hr"}]"#)
        #expect(run.fragments.count == 1)
        #expect(run.report.learnerKnown)
        #expect(run.report.dataTimestamp != nil)
    }

    @Test("A column that the table does not have is reported by name, and an empty field is not")
    func missingColumn() async throws {
        try writeTable("")
        let mapping = FragmentMapping(
            path: FragmentPath(entity: "EmploymentPreferences"),
            fields: [
                .init("a", .paths([.relative(["student_id"])])), .init("b", .paths([.relative(["org_type"])])),
                .init("c", .object([.init("d", .paths([.relative(["org_tipe"])]))], isList: false)),
            ])
        let run = try await Running.of(operation(mapping: [mapping]), paths: ["EmploymentPreferences"])
        #expect(run["EmploymentPreferences"] == #"[{"a":"100001"},{"a":"100001"}]"#)
        #expect(
            run.report.unmatched
                == [UnmatchedTarget(target: "Person.EmploymentPreferences.c.d", paths: ["org_tipe"])])
    }

    @Test("A learner without a row is not known")
    func unknown() async throws {
        try writeTable()
        let run = try await Running.of(operation(), learner: .school("1"), paths: ["EmploymentPreferences"])
        #expect(run.report == OperatorReport(learnerKnown: false))
    }

    @Test("Without fields the columns are the members")
    func columns() async throws {
        try writeTable()
        let mapping = FragmentMapping(path: FragmentPath(entity: "EmploymentPreferences"))
        let run = try await Running.of(
            operation(mapping: [mapping]), learner: .school("100002"), paths: ["EmploymentPreferences"])
        #expect(run["EmploymentPreferences"] == #"[{"student_id":"100002","org_type":"Private"}]"#)
    }

    @Test("Each learner may have a table of their own")
    func own() async throws {
        try folder.write("org_type\nPublic\nPrivate\n", to: "100001.csv")
        let run = try await Running.of(
            operation(name: "{identifier}.csv", csv: CSVFormat()), paths: ["EmploymentPreferences"])
        #expect(run.fragments.first?.content.count == 2)
        let other = try await Running.of(
            operation(name: "{identifier}.csv", csv: CSVFormat()), learner: .school("2"),
            paths: ["EmploymentPreferences"])
        #expect(!other.report.learnerKnown)
    }

    @Test("With a translation the rows are the document")
    func translation() async throws {
        try writeTable()
        let run = try await Running.of(
            operation(mapping: []), learner: .school("100002"), paths: ["Name"], translation: .some)
        #expect(run.documents.map(\.text) == [#"[{"student_id":"100002","org_type":"Private"}]"#])
    }

    @Test("A table that has changed is read anew, also when its size has not")
    func changed() async throws {
        try writeTable("Public")
        let operation = try operation()
        #expect(
            try await Running.of(operation, paths: ["EmploymentPreferences"])["EmploymentPreferences"]?.contains(
                "Public") == true)
        // Another file takes its place, as with exports.
        try folder.write("student_id,org_type\n100001,Secret\n", to: "new.csv")
        #expect(
            rename(
                folder.url.appending(path: "new.csv").path, folder.url.appending(path: "employment.csv").path) == 0)
        #expect(
            try await Running.of(operation, paths: ["EmploymentPreferences"])["EmploymentPreferences"]?.contains(
                "Secret") == true)
    }

    @Test("A table that holds everybody and is not there says nothing about anybody")
    func missing() async throws {
        let error = try await Running.failure(of: operation(), paths: ["EmploymentPreferences"])
        #expect(error.reason == .unreachable)
        #expect(error.isRetryable)
        await #expect(throws: LIFError.self) { try await operation().check() }
    }

    @Test("Many who ask at once all get their rows")
    func concurrent() async throws {
        try folder.write(
            "student_id,org_type\n" + (0..<2_000).map { "\($0),t\($0)\n" }.joined(), to: "employment.csv")
        let operation = try operation()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for identifier in 0..<50 {
                group.addTask {
                    let run = try await Running.of(
                        operation, learner: .school("\(identifier)"), paths: ["EmploymentPreferences"])
                    return run["EmploymentPreferences"]?.contains("\"t\(identifier)\"") == true
                }
            }
            for try await found in group { #expect(found) }
        }
    }

    @Test("A check reads the table and names the columns that the mapping misses")
    func check() async throws {
        try writeTable()
        let sentence = try await operation().check()
        #expect(sentence == "its table has 2 columns")
        let wrong = FragmentMapping(
            path: FragmentPath(entity: "Name"), fields: [.init("a", .paths([.relative(["tittle"])]))])
        let error = await #expect(throws: LIFError.self) { try await operation(mapping: [wrong]).check() }
        #expect(error?.message.contains("\"tittle\"") == true)
    }

    @Test("Tables are kept by state, and the ones used longest ago go first")
    func cache() throws {
        let table = try CSVTable(Array("id\n1\n".utf8), format: CSVFormat(), checkCancellation: {})
        func version(_ inode: UInt64) -> SourceFile.Version {
            SourceFile.Version(device: 1, inode: inode, size: 5, seconds: 1, nanoseconds: 1)
        }
        let cache = CSVTableCache(maximumBytes: 2 * table.byteCount)
        cache.keep(table, "a", version: version(1))
        cache.keep(table, "b", version: version(2))
        #expect(cache.table("a", version: version(1)) != nil)
        #expect(cache.table("a", version: version(9)) == nil)
        cache.keep(table, "c", version: version(3))
        #expect(cache.table("b", version: version(2)) == nil)
        #expect(cache.table("a", version: version(1)) != nil)
        #expect(cache.table("c", version: version(3)) != nil)
    }
}
