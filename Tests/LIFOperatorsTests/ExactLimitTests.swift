import Foundation
import GRDB
import LIFJSON
import LIFModel
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite("A source that gives exactly as much as is allowed, and one more", .timeLimit(.minutes(1)))
struct ExactLimitTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let record = #"{"Person":[{"Name":[{"firstName":"Ada"}]}]}"#

    private func file(_ name: String, csv: CSVFormat? = nil, maximumFileBytes: Int) throws -> FileOperator {
        FileOperator(
            configuration: FileConfiguration(
                folder: folder.path, name: try #require(FileNameTemplate(parsing: name)), csv: csv,
                answer: AnswerMapping(
                    fragments: csv == nil ? nil : [FragmentMapping(path: FragmentPath(entity: "Name"))]),
                maximumFileBytes: maximumFileBytes))
    }

    @Test("A file of exactly the limit is read whole, one of a byte more is not", arguments: [false, true])
    func document(hasMark: Bool) async throws {
        let text = (hasMark ? "\u{FEFF}" : "") + Self.record
        try folder.write(text, to: "100001.json")
        let size = text.utf8.count
        let run = try await Running.of(
            file("{identifier}.json", maximumFileBytes: size), paths: ["Name"])
        #expect(run["Name"] == #"[{"firstName":"Ada"}]"#)
        let error = try await Running.failure(
            of: file("{identifier}.json", maximumFileBytes: size - 1), paths: ["Name"])
        #expect(error.reason == .answerTooLarge && error.message.contains("\(size - 1) bytes"))
    }

    @Test("A table of exactly the limit is read whole, that of everybody and one learner's own")
    func table() async throws {
        let text = "student_id,firstName\n100001,Ada\n"
        let size = text.utf8.count
        for name in ["all.csv", "{identifier}.csv"] {
            try folder.write(text, to: name.replacing("{identifier}", with: "100001"))
            let csv = CSVFormat(identifierColumn: "student_id")
            let run = try await Running.of(file(name, csv: csv, maximumFileBytes: size), paths: ["Name"])
            #expect(run["Name"] == #"[{"student_id":"100001","firstName":"Ada"}]"#)
            let error = try await Running.failure(
                of: file(name, csv: csv, maximumFileBytes: size - 1), paths: ["Name"])
            #expect(error.reason == .answerTooLarge)
        }
    }

    @Test("Rows, and bytes of all rows and queries together")
    func sql() async throws {
        let file = folder.url.appending(path: "s.sqlite").path
        try await DatabaseQueue(path: file).write {
            try $0.execute(sql: "CREATE TABLE t (id, n); INSERT INTO t VALUES ('100001', 'a'), ('100001', 'b')")
        }
        func source(rows: Int = 2, bytes: Int) -> SQLOperator {
            SQLOperator(
                configuration: SQLConfiguration(
                    database: file,
                    queries: ["Name", "Contact"].map { entity in
                        SQLConfiguration.Query(
                            mapping: FragmentMapping(path: FragmentPath(entity: entity)),
                            sql: "SELECT n FROM t WHERE id = :identifier")
                    }, maximumRows: rows, maximumAnswerBytes: bytes))
        }
        // {"n":"a"} and a separator, four times.
        let run = try await Running.of(source(bytes: 40), paths: ["Name", "Contact"])
        #expect(run["Name"] == #"[{"n":"a"},{"n":"b"}]"# && run["Contact"] == run["Name"])
        for source in [source(rows: 1, bytes: 40), source(bytes: 39)] {
            let error = try await Running.failure(of: source, paths: ["Name", "Contact"])
            #expect(error.reason == .answerTooLarge)
        }
    }

    @Test("What a command says on standard error is kept whole up to the limit, and its end from there on")
    func errorText() {
        let text = CommandErrorText(limit: 6)
        text.append(Array("abc".utf8))
        text.append(Array("def".utf8))
        #expect(text.text == "abcdef")
        text.append(Array("g".utf8))
        #expect(text.text == "(1 bytes left out) bcdefg")
    }

    @Test("The path of a partner's error is at most as long as an answer is deep")
    func errorPath() throws {
        func path(_ count: Int) throws -> [RawJSON] {
            try (0..<count).map { _ in try RawJSON(validating: Array(#""a""#.utf8)) }
        }
        #expect(try PartnerErrorPaths.steps(try path(128)).entity == "a")
        let error = try #require(throws: LIFError.self) { try PartnerErrorPaths.steps(try path(129)) }
        #expect(error.reason == .invalidAnswer)
    }

    @Test("Of a partner's errors a thousand are read", arguments: [(1_000, true), (1_001, false)])
    func errors(count: Int, isRead: Bool) throws {
        let other = try RawJSON(validating: Array(#"{"message":"Something else."}"#.utf8))
        let last = try RawJSON(
            validating: Array(#"{"message":"Cannot query field 'Nick' on type 'Person'."}"#.utf8))
        let errors = Array(repeating: other, count: count - 1) + [last]
        #expect(PartnerRefusal(errors, words: ["Name", "Nick"]).fields == (isRead ? [["Nick"]] : []))
    }

    @Test("A learner's data is asked for six times, and what is reported broken then is given up")
    func requests() throws {
        func incomplete(_ number: Int) -> PartnerAnswer {
            .incomplete(PartnerAnswer.Incomplete(culprits: [["Name", "field\(number)"]]))
        }
        var conversation = PartnerConversation(entities: ["Name", "Contact"])
        for number in 1..<PartnerConversation.maximumRequests {
            guard case .ask = try conversation.take(incomplete(number)) else {
                Issue.record("asked \(number) times only")
                return
            }
        }
        #expect(PartnerConversation.maximumRequests == 6 && conversation.excluded.count == 5)
        #expect(throws: LIFError.self) { try conversation.take(incomplete(6)) }
        #expect(conversation.faults["Name"] == .broken)
    }
}
