import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOperators

/// A folder of its own for one test, in which shell scripts run; removed afterwards.
struct CommandFolder {
    let url: URL

    static func with<Value>(_ body: (CommandFolder) async throws -> Value) async throws -> Value {
        let url = FileManager.default.temporaryDirectory.appending(path: "lif-command-\(RandomID().text)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        return try await body(CommandFolder(url: url))
    }

    /// A script that `sh` runs in this folder.
    func shell(_ script: String) -> CommandConfiguration {
        CommandConfiguration(arguments: ["/bin/sh", "-c", script], workingDirectory: url.path)
    }

    /// Writes a file. Another process does it: while this one has it open for writing, a command that is started at the
    /// same time inherits that for a moment, and what is being written cannot be run.
    func file(_ name: String, _ text: String, mode: Int = 0o755) async throws {
        let script = #"printf %s "$2" > "$1"; chmod "$3" "$1""#
        let ending = try await CommandRun(
            CommandConfiguration(
                arguments: ["/bin/sh", "-c", script, "sh", name, text, String(mode, radix: 8)],
                workingDirectory: url.path)
        ).run(CommandRequest.check, log: { _ in }, take: { _ in })
        try #require(ending == .exited(0))
    }

    func text(_ name: String) throws -> String { try String(contentsOf: url.appending(path: name), encoding: .utf8) }

    /// Waits until a script has written a file with a whole line, and gives it.
    func line(_ name: String) async throws -> String {
        while true {
            if let text = try? text(name), text.hasSuffix("\n") { return String(text.dropLast()) }
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}

/// What one run of the operator gave.
struct CommandTrial {
    let items: [OperatorItem]
    let report: OperatorReport
    let log: [String]

    subscript(entity: String) -> String? {
        items.compactMap { item in
            if case .fragment(let fragment) = item, fragment.path.entity == entity {
                fragment.content.items.text
            } else {
                nil
            }
        }.first
    }

    static func part(
        _ entities: [String] = ["Name"], identifier: String = "100001", translation: Translation? = nil
    ) -> QueryPlanPart {
        QueryPlanPart(
            informationSourceID: "hr", adapterID: "hr-export",
            learner: LearnerIdentifier(identifier: identifier, identifierType: "SCHOOL_ASSIGNED_NUMBER"),
            fragmentPaths: entities.map { FragmentPath(entity: $0) }, translation: translation)
    }

    static func of(
        _ configuration: CommandConfiguration, _ part: QueryPlanPart = part(), attempt: Int = 1,
        onItem: @Sendable (OperatorItem) async throws -> Void = { _ in }
    ) async throws -> CommandTrial {
        let items = Lines<OperatorItem>()
        let log = Lines<String>()
        let report = try await CommandOperator(configuration: configuration).run(
            part, context: OperatorContext(attempt: attempt, log: log.append)
        ) {
            items.append($0)
            try await onItem($0)
        }
        return CommandTrial(items: items.all, report: report, log: log.all)
    }

    static func failure(
        of configuration: CommandConfiguration, _ part: QueryPlanPart = part(),
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> LIFError {
        let error = await #expect(throws: LIFError.self) {
            try await CommandOperator(configuration: configuration).run(
                part, context: OperatorContext(log: log)
            ) { _ in }
        }
        let failure = try #require(error)
        #expect(failure.code == .operatorException)
        return failure
    }
}

/// Whether a process is there, and no zombie.
func isRunning(_ process: String) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
    // The name in brackets may have blanks.
    return stat.split(separator: ")").last?.split(separator: " ").first != "Z"
}

func untilGone(_ process: String) async throws {
    while isRunning(process) { try await Task.sleep(for: .milliseconds(2)) }
}
