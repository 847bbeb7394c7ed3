import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct CommandPipelineStepTests {
    private static func fragment(_ entity: String, _ json: String) throws -> Fragment {
        let content = try FragmentContent(member: RawJSON(validating: Array(json.utf8)))
        return Fragment(path: FragmentPath(entity: entity), content: try #require(content))
    }

    private static func process(
        _ script: String, _ fragments: [Fragment], in folder: CommandFolder,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> [Fragment] {
        let part = CommandTrial.part(["Name", "Contact", "informationSourceId"])
        return try await CommandPipelineStep(configuration: folder.shell(script))
            .process(fragments, of: part, context: OperatorContext(log: log))
    }

    @Test("A step gets the fragments without the learner, and what it answers replaces them")
    func replaces() async throws {
        try await CommandFolder.with { folder in
            let fragments = [
                try Self.fragment("Name", #"[{"n":1.0}]"#), try Self.fragment("Contact", "{}"),
                try Self.fragment("informationSourceId", #""hr""#),
            ]
            let answer =
                #"{"fragments":[{"fragment_path":"person.name","fragment":[{"n":2.0}]},"#
                + #"{"fragment_path":"Person.informationSourceId","fragment":"x"},"#
                + #"{"fragment_path":"Person.Other","fragment":[{}]}]}"#
            let processed = try await Self.process(
                "cat > request.json; echo '\(answer)'", fragments, in: folder)
            #expect(
                processed == [
                    try Self.fragment("Name", #"[{"n":2.0}]"#), try Self.fragment("informationSourceId", #""x""#),
                    try Self.fragment("Other", "[{}]"),
                ])
            #expect(
                try folder.text("request.json")
                    == #"{"version":1,"action":"process","information_source_id":"hr","#
                    + #""lif_fragment_paths":["Person.Name","Person.Contact","Person.informationSourceId"],"#
                    + #""fragments":[{"fragment_path":"Person.Name","fragment":[{"n":1.0}]},"#
                    + #"{"fragment_path":"Person.Contact","fragment":[{}]},"#
                    + #"{"fragment_path":"Person.informationSourceId","fragment":"hr"}]}"#)
        }
    }

    @Test("A step that gives its request back changes nothing")
    func identity() async throws {
        try await CommandFolder.with { folder in
            let fragments = [
                try Self.fragment("Name", #"[{"a":"\u00e9\"","b":[1e0,null,{}]},{}]"#),
                try Self.fragment("informationSourceId", #""hr""#),
            ]
            #expect(try await Self.process("cat", fragments, in: folder) == fragments)
        }
    }

    @Test("A step that fails takes nothing away silently")
    func failures() async throws {
        try await CommandFolder.with { folder in
            let fragments = [try Self.fragment("Name", "[{}]")]
            let log = Lines<String>()
            let cases: [(String, Failure.Reason)] = [
                ("true", .invalidAnswer), ("echo '{\"document\":{}}'", .invalidAnswer),
                ("echo '{\"fragments\":[]}'; echo oops >&2; exit 75", .sourceError), ("exit 67", .sourceError),
            ]
            for (script, reason) in cases {
                let error = await #expect(throws: LIFError.self) {
                    try await Self.process(script, fragments, in: folder, log: log.append)
                }
                #expect(error?.reason == reason)
            }
            #expect(log.all.count == 1)
        }
    }

    @Test("A step that is cancelled is stopped")
    func cancelled() async throws {
        try await CommandFolder.with { folder in
            let run = Task { try await Self.process("echo $$ > pids; sleep 1000", [], in: folder) }
            let process = try await folder.line("pids")
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
            #expect(!isRunning(process))
        }
    }
}
