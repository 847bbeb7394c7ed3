import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

/// The commands in `Examples/commands`, and the JSON in their guide.
@Suite(.timeLimit(.minutes(1))) struct CommandExampleTests {
    private static let root: URL = {
        var url = URL(filePath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url
    }()
    private static let folder = root.appending(path: "Examples/commands").path
    private static let python = (try? CommandRun(command("python3")).locate()) != nil
    private static let noPython: Comment = "there is no python3 in the standard PATH"

    private static func command(_ arguments: String...) -> CommandConfiguration {
        CommandConfiguration(arguments: arguments, workingDirectory: folder, checkArguments: arguments)
    }

    @Test("The Python example reads the table beside it", .enabled(if: python, noPython))
    func employment() async throws {
        let employment = Self.command("python3", "employment.py")
        let part = CommandTrial.part(["EmploymentLearningExperience"])
        let trial = try await CommandTrial.of(employment, part)
        let jobs = try #require(trial["EmploymentLearningExperience"])
        #expect(jobs.hasPrefix(#"[{"identifier": "e-1""#.replacing(" ", with: "")))
        #expect(trial.report.dataTimestamp != nil)
        #expect(trial.log.isEmpty)
        let nobody = try await CommandTrial.of(employment, CommandTrial.part(identifier: "nobody"))
        #expect(nobody.report == OperatorReport(learnerKnown: false))
        #expect(try await CommandOperator(configuration: employment).check().contains("answers"))
    }

    @Test("Without its table the Python example says that its source is not there", .enabled(if: python, noPython))
    func tableAbsent() async throws {
        try await CommandFolder.with { folder in
            let script = try String(contentsOfFile: Self.folder + "/employment.py", encoding: .utf8)
            try await folder.file("employment.py", script)
            let log = Lines<String>()
            let failure = try await CommandTrial.failure(
                of: CommandConfiguration(arguments: ["./employment.py"], workingDirectory: folder.url.path),
                log: log.append)
            #expect(failure.reason == .unreachable)
            #expect(log.all.first?.hasSuffix("employment.csv is not there") == true)
        }
    }

    @Test("The shell example finds a learner by digits only")
    func contact() async throws {
        let contact = Self.command("./contact.sh")
        let part = CommandTrial.part(["Contact"])
        #expect(try await CommandTrial.of(contact, part)["Contact"]?.contains("a.sample@example.org") == true)
        #expect(try await CommandOperator(configuration: contact).check().contains("answers"))
        let lookalike = #"x","identifierType":"SCHOOL_ASSIGNED_NUMBER"},"person_id":{"identifier":"100001"#
        for identifier in ["../contacts/100001", "", "100001.json", "100001\n", "9", "$(id)", lookalike] {
            let trial = try await CommandTrial.of(contact, CommandTrial.part(["Contact"], identifier: identifier))
            #expect(trial.report == OperatorReport(learnerKnown: false))
        }
    }

    @Test("The example of a step takes telephone numbers away and nothing else", .enabled(if: python, noPython))
    func step() async throws {
        let contact = try await CommandTrial.of(Self.command("./contact.sh"), CommandTrial.part(["Contact"]))
        let fragments = contact.items.compactMap { if case .fragment(let fragment) = $0 { fragment } else { nil } }
        let processed = try await CommandPipelineStep(configuration: Self.command("./without_telephone.py"))
            .process(fragments, of: CommandTrial.part(["Contact"]), context: OperatorContext())
        let item = try #require(processed.first?.content.items.elements.first)
        #expect(item["Telephone"] == nil)
        #expect(item["Email"]?.isArray == true)
        #expect(processed.count == 1)
    }

    @Test("The guide shows the requests that are sent")
    func guide() throws {
        let path = Self.root.appending(path: "docs/guides/command-operator.md")
        let guide = try String(contentsOf: path, encoding: .utf8)
        let blocks = try guide.components(separatedBy: "```json\n").dropFirst().map { block in
            try RawJSON(validating: Array((block.components(separatedBy: "```").first ?? "").utf8))
        }
        let part = CommandTrial.part(["EmploymentLearningExperience"])
        #expect(blocks.first == CommandRequest.fetch(part, attempt: 1))
        #expect(guide.contains(CommandRequest.fetch(part, attempt: 1).text))
        let content = FragmentContent([RawJSON(["Telephone": []])])
        let fragment = Fragment(path: FragmentPath(entity: "Contact"), content: content)
        #expect(blocks.last == CommandRequest.process([fragment], of: CommandTrial.part(["Contact"])))
        #expect(blocks.count == 2)
    }
}
