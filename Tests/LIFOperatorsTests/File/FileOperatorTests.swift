import Foundation
import LIFJSON
import LIFModel
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct FileOperatorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func operation(
        name: String = "{identifier}.json", answer: AnswerMapping = AnswerMapping(), maximumFileBytes: Int = 1 << 20
    ) throws -> FileOperator {
        FileOperator(
            configuration: FileConfiguration(
                folder: folder.path, name: try #require(FileNameTemplate(parsing: name)), answer: answer,
                maximumFileBytes: maximumFileBytes))
    }

    @Test("A folder of LIF records needs no mapping")
    func records() async throws {
        try folder.write(#"{"Person":[{"Name":[{"firstName":"Ada"}],"Contact":[{"x":1.0}]}]}"#, to: "100001.json")
        let run = try await Running.of(operation(), paths: ["Name", "Proficiency"])
        #expect(run["Name"] == #"[{"firstName":"Ada"}]"#)
        #expect(run.fragments.count == 1)
        #expect(run.report.learnerKnown)
    }

    @Test("A document is mapped as a REST source's answer is, and its own age wins")
    func mapped() async throws {
        try folder.write(
            "\u{FEFF}" + #"{"asOf":"2026-03-01T10:00:00Z","p":{"jobs":[{"t":"Baker","z":1},{"z":2}]}}"#,
            to: "100001.json")
        let answer = AnswerMapping(
            data: .relative(["p"]), dataTimestamp: .relative(["asOf"]),
            fragments: [
                FragmentMapping(
                    path: FragmentPath(entity: "EmploymentLearningExperience"), from: .relative(["jobs"]),
                    fields: [.init("name", .paths([.relative(["t"])]))])
            ])
        let run = try await Running.of(operation(answer: answer), paths: ["EmploymentLearningExperience"])
        #expect(run["EmploymentLearningExperience"] == #"[{"name":"Baker"}]"#)
        #expect(run.report.dataTimestamp == Date(iso8601: "2026-03-01T10:00:00Z"))
    }

    @Test("With a translation the whole document is given, whatever is said of data")
    func translation() async throws {
        try folder.write(#"{"p":{"jobs":[1, 2]}}"#, to: "100001.json")
        let run = try await Running.of(
            operation(answer: AnswerMapping(data: .relative(["p"]))), paths: ["Name"], translation: .some)
        #expect(run.documents.map(\.text) == [#"{"p":{"jobs":[1,2]}}"#])
    }

    @Test("The age of the data is the file's")
    func age() async throws {
        try folder.write(#"{"Person":{"Name":[{"a":1}]}}"#, to: "100001.json")
        let date = Date(timeIntervalSince1970: 1_700_000_000)
        try FileManager.default.setAttributes(
            [.modificationDate: date], ofItemAtPath: folder.url.appending(path: "100001.json").path)
        let run = try await Running.of(operation(), paths: ["Name"])
        #expect(run.report.dataTimestamp == date)
    }

    @Test("A learner without a file is not known")
    func absent() async throws {
        let run = try await Running.of(operation(), paths: ["Name"])
        #expect(run.report == OperatorReport(learnerKnown: false))
    }

    @Test("No identifier reads outside the folder", arguments: hardIdentifiers + ["..", "../outside", "outside/../x"])
    func traversal(identifier: String) async throws {
        let inner = folder.url.appending(path: "inner")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        try folder.write(#"{"Person":{"Name":[{"a":1}]}}"#, to: "outside")
        let operation = FileOperator(
            configuration: FileConfiguration(
                folder: inner.path, name: try #require(FileNameTemplate(parsing: "{identifier}"))))
        let run = try await Running.of(operation, learner: .school(identifier), paths: ["Name"])
        #expect(run.report == OperatorReport(learnerKnown: false))
    }

    @Test(
        "Any identifier finds the file of its encoded name", arguments: hardIdentifiers.filter { $0.utf8.count < 100 })
    func found(identifier: String) async throws {
        let name = try #require(FileNameTemplate(parsing: "{identifier}")?.name(for: .school(identifier)))
        try folder.write(#"{"Person":{"Name":[{"a":1}]}}"#, to: name)
        let run = try await Running.of(
            operation(name: "{identifier}"), learner: .school(identifier), paths: ["Name"])
        #expect(run["Name"] == #"[{"a":1}]"#)
    }

    @Test("A link that leads out of the folder is refused; one inside is followed")
    func links() async throws {
        let other = try TemporaryFolder()
        try other.write(#"{"Person":{"Name":[{"secret":1}]}}"#, to: "target.json")
        try folder.write(#"{"Person":{"Name":[{"a":1}]}}"#, to: "real.json")
        try folder.link("out.json", to: other.url.appending(path: "target.json").path)
        try folder.link("in.json", to: "real.json")
        let error = try await Running.failure(of: operation(), learner: .school("out"), paths: ["Name"])
        #expect(error.reason == .sourceError)
        #expect(!error.message.contains(other.path) && !error.message.contains("out.json"))
        let run = try await Running.of(operation(), learner: .school("in"), paths: ["Name"])
        #expect(run["Name"] == #"[{"a":1}]"#)
    }

    @Test("A sibling whose name begins like the folder's is outside of it")
    func sibling() async throws {
        let inner = folder.url.appending(path: "data"), sibling = folder.url.appending(path: "data-secret")
        for url in [inner, sibling] {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }
        try folder.write(#"{"Person":{"Name":[{"secret":1}]}}"#, to: "data-secret/x.json")
        try folder.link("data/100001.json", to: "../data-secret/x.json")
        let operation = FileOperator(
            configuration: FileConfiguration(
                folder: inner.path, name: try #require(FileNameTemplate(parsing: "{identifier}.json"))))
        #expect(try await Running.failure(of: operation, paths: ["Name"]).reason == .sourceError)
    }

    @Test("What is no file is not read, and a pipe does not hang")
    func noFile() async throws {
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "100001.json"), withIntermediateDirectories: true)
        #expect(mkfifo(folder.url.appending(path: "pipe.json").path, 0o600) == 0)
        for learner in [LearnerIdentifier.known, .school("pipe")] {
            #expect(
                try await Running.failure(of: operation(), learner: learner, paths: ["Name"]).reason == .sourceError)
        }
    }

    @Test("A file that is too large is not read")
    func large() async throws {
        try folder.write([UInt8](repeating: UInt8(ascii: " "), count: 101) + Array("{}".utf8), to: "100001.json")
        let error = try await Running.failure(of: operation(maximumFileBytes: 100), paths: ["Name"])
        #expect(error.reason == .answerTooLarge)
        #expect(error.message.contains("100 bytes"))
    }

    @Test("Garbage is an invalid answer that is not repeated", arguments: ["", "SECRET", #"{"Person":SECRET}"#])
    func garbage(text: String) async throws {
        try folder.write(text, to: "100001.json")
        let error = try await Running.failure(of: operation(), paths: ["Name"])
        #expect(error.reason == .invalidAnswer)
        #expect(!error.message.contains("SECRET"))
    }

    @Test("A folder that is not there is unreachable, for a run and for a check")
    func noFolder() async throws {
        let operation = FileOperator(
            configuration: FileConfiguration(
                folder: folder.path + "/none", name: try #require(FileNameTemplate(parsing: "{identifier}.json"))))
        #expect(try await Running.failure(of: operation, paths: ["Name"]).reason == .unreachable)
        let error = await #expect(throws: LIFError.self) { try await operation.check() }
        #expect(error?.reason == .unreachable)
    }

    @Test("A check reads the folder")
    func check() async throws {
        let sentence = try await operation().check()
        #expect(sentence == "its folder can be read")
    }

    @Test("A source that does not say whose data a file holds gives nobody's")
    func nobody() async throws {
        try folder.write(#"{"Person":{"Name":[{"a":1}]}}"#, to: "all.json")
        let error = try await Running.failure(of: operation(name: "all.json"), paths: ["Name"])
        #expect(error.reason == .internal)
        await #expect(throws: LIFError.self) { try await operation(name: "all.json").check() }
    }

    @Test("A run that is cancelled before it begins ends with its cancellation")
    func cancelled() async throws {
        try folder.write(#"{"Person":{"Name":[{"a":1}]}}"#, to: "100001.json")
        let operation = try operation()
        let run = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await Running.of(operation, paths: ["Name"]).report
        }
        await #expect(throws: CancellationError.self) { try await run.value }
    }
}
