import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct CommandEnvironmentTests {
    private static func output(of configuration: CommandConfiguration) async throws -> [Substring] {
        var output: [UInt8] = []
        let ending = try await CommandRun(configuration).run(CommandRequest.check, log: { _ in }) { output += $0 }
        #expect(ending == .exited(0))
        return String(decoding: output, as: UTF8.self).split(separator: "\n")
    }

    @Test("A command has a scrubbed environment, and what the configuration gives it")
    func variables() async throws {
        var configuration = CommandConfiguration(arguments: ["env"])
        #expect(
            try await Self.output(of: configuration).sorted() == ["LANG=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin"])
        configuration.environment = ["HR_TOKEN": Secret("t0k=en"), "LANG": Secret("C")]
        configuration.timeZone = "Europe/Berlin"
        #expect(
            try await Self.output(of: configuration).sorted() == [
                "HR_TOKEN=t0k=en", "LANG=C", "PATH=/usr/local/bin:/usr/bin:/bin", "TZ=Europe/Berlin",
            ])
        #expect(!"\(configuration)".contains("t0k"))
        #expect(!String(reflecting: configuration).contains("t0k"))
    }

    @Test("Arguments reach the command as they are: no shell reads them")
    func arguments() async throws {
        let hard = ["$HOME", "a b", "; ls", "`id`", "*", ""]
        let configuration = CommandConfiguration(arguments: ["printf", "%s|"] + hard)
        #expect(try await Self.output(of: configuration) == [Substring(hard.joined(separator: "|") + "|")])
    }

    @Test("A command leads a session of its own, without this process's open files")
    func isolation() async throws {
        let lines = try await Self.output(
            of: CommandConfiguration(arguments: [
                "sh", "-c", "ls /proc/$$/fd; cut -d' ' -f1,5,6 /proc/$$/stat; echo $$",
            ]))
        let process = try #require(lines.last)
        #expect(lines.dropLast().last == "\(process) \(process) \(process)")
        #expect(lines.dropLast(2).allSatisfy { ["0", "1", "2"].contains($0) })
    }

    @Test("The working directory is where a relative path to the executable starts")
    func workingDirectory() async throws {
        try await CommandFolder.with { folder in
            try await folder.file("adapter", "#!/bin/sh\npwd -P\n")
            // A relative one starts where this process runs.
            let upwards = FileManager.default.currentDirectoryPath.split(separator: "/").map { _ in ".." }
            for directory in [folder.url.path, upwards.joined(separator: "/") + folder.url.path] {
                let configuration = CommandConfiguration(arguments: ["./adapter"], workingDirectory: directory)
                let lines = try await Self.output(of: configuration)
                #expect(lines.first.map { URL(filePath: String($0)).lastPathComponent } == folder.url.lastPathComponent)
            }
        }
    }

    @Test("What cannot be run is reported before anything runs, by a check too")
    func notFound() async throws {
        try await CommandFolder.with { folder in
            try await folder.file("plain", "#!/bin/sh\n", mode: 0o644)
            try await folder.file("no-shebang", "echo hello\n")
            try await folder.file("no-interpreter", "#!/nowhere/python\n")
            let found = ["./no-shebang", "./no-interpreter"]
            for executable in ["nowhere", "/nowhere/adapter", "./nowhere", "./plain", ".", "plain", ""] + found {
                var configuration = CommandConfiguration(
                    arguments: [executable, "x"], workingDirectory: folder.url.path)
                configuration.environment = ["PATH": Secret(folder.url.path + ":.")]
                let failure = try await CommandTrial.failure(of: configuration)
                #expect(failure.reason == .operatorNotFound)
                #expect(!failure.isRetryable)
                if found.contains(executable) { continue }
                let check = await #expect(throws: LIFError.self) {
                    try await CommandOperator(configuration: configuration).check()
                }
                #expect(check?.message == failure.message)
            }
            let failure = try await CommandTrial.failure(
                of: CommandConfiguration(arguments: ["cat"], workingDirectory: folder.url.path + "/nowhere"))
            #expect(failure.reason == .operatorNotFound)
        }
    }

    @Test("A configuration that no process can have is refused, and its values are not shown")
    func faults() async throws {
        #expect(CommandConfiguration(arguments: ["cat"]).fault == nil)
        var configurations = [
            CommandConfiguration(arguments: []), CommandConfiguration(arguments: ["cat", "s3cret\0"]),
            CommandConfiguration(arguments: ["cat"], checkArguments: []),
        ]
        for (name, value) in [
            ("", "s3cret"), ("A=B", "s3cret"), ("1A", "s3cret"), ("A B", "s3cret"), ("A", "s3cret\0"),
        ] {
            configurations.append(CommandConfiguration(arguments: ["cat"], environment: [name: Secret(value)]))
        }
        for configuration in configurations {
            let failure = try await CommandTrial.failure(of: configuration)
            #expect(failure.reason == .operatorNotFound)
            #expect(!failure.message.contains("s3cret"))
        }
    }

    @Test("A check runs what is configured for it, and else only looks")
    func check() async throws {
        try await CommandFolder.with { folder in
            var configuration = folder.shell("touch was-run")
            #expect(try await CommandOperator(configuration: configuration).check().contains("/bin/sh"))
            configuration.checkArguments = ["sh", "-c", "cat > request.json"]
            // Commands start one at a time, so a start may wait for those of other tests.
            _ = try await CommandOperator(configuration: configuration, checkTimeout: .seconds(60)).check()
            #expect(try folder.text("request.json") == #"{"version":1,"action":"check"}"#)
            #expect((try? folder.text("was-run")) == nil)
            let cases: [(String, Duration, Failure.Reason)] = [
                ("exit 77", .seconds(60), .refused), ("sleep 100", .milliseconds(200), .timeout),
            ]
            for (script, limit, reason) in cases {
                configuration.checkArguments = ["sh", "-c", script]
                let failure = await #expect(throws: LIFError.self) {
                    try await CommandOperator(configuration: configuration, checkTimeout: limit).check()
                }
                #expect(failure?.reason == reason)
            }
        }
    }
}
