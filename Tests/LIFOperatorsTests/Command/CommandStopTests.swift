import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct CommandStopTests {
    /// Starts the operator, waits until the script has written its processes into `pids`, and cancels.
    private static func cancel(
        _ folder: CommandFolder, _ configuration: CommandConfiguration
    ) async throws -> (processes: [String], took: Duration) {
        let run = Task { try await CommandTrial.of(configuration) }
        let processes = try await folder.line("pids").split(separator: " ").map(String.init)
        #expect(processes.allSatisfy(isRunning))
        let start = ContinuousClock.now
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        return (processes, .now - start)
    }

    @Test("Cancelling ends the command and what it has started")
    func group() async throws {
        try await CommandFolder.with { folder in
            var configuration = folder.shell(
                "sleep 1000 & sh -c 'sleep 1001 & echo $$ $!; wait' > inner & sleep 0.2; "
                    + "echo $$ $! $(cat inner) > pids; wait")
            configuration.terminationGrace = .seconds(60)
            let (processes, took) = try await Self.cancel(folder, configuration)
            #expect(processes.count == 4)
            for process in processes { #expect(!isRunning(process)) }
            #expect(took < .seconds(30), "they were asked to end, and did")
        }
    }

    @Test("What does not heed SIGTERM gets SIGKILL after the grace: the command itself, or only its child")
    func stubborn() async throws {
        for script in [
            "trap '' TERM; sleep 1000 & echo $$ $! > pids; wait",
            "(trap '' TERM; sleep 1000) & sleep 0.1; echo $$ $! > pids; wait",
        ] {
            try await CommandFolder.with { folder in
                var configuration = folder.shell(script)
                configuration.terminationGrace = .milliseconds(300)
                let (processes, took) = try await Self.cancel(folder, configuration)
                #expect(took > .milliseconds(250))
                for process in processes { try await untilGone(process) }
            }
        }
    }

    @Test("A child that needs a moment to end well has the grace for it")
    func graceful() async throws {
        try await CommandFolder.with { folder in
            _ = try await Self.cancel(
                folder,
                folder.shell(
                    "sh -c \"trap 'sleep 0.2; echo done > tidy; exit' TERM; echo \\$\\$ > pids; while :; do sleep 0.01; done\" & wait"
                ))
            #expect(try folder.text("tidy") == "done\n")
        }
    }

    @Test("A command that closes its output and goes on is waited for, and can be cancelled")
    func closedOutput() async throws {
        try await CommandFolder.with { folder in
            let (processes, _) = try await Self.cancel(
                folder,
                folder.shell(#"echo '{"fragments":[]}'; exec >&- 2>&-; sleep 1000 & echo $$ $! > pids; wait"#))
            for process in processes { #expect(!isRunning(process)) }
            let trial = try await CommandTrial.of(
                folder.shell(#"echo '{"fragments":[]}'; exec >&- 2>&-; sleep 0.2; exit 67"#))
            #expect(!trial.report.learnerKnown)
        }
    }

    @Test("What a command leaves running is ended with it, and is not waited for")
    func leftovers() async throws {
        try await CommandFolder.with { folder in
            // The child holds standard output open.
            let trial = try await CommandTrial.of(
                folder.shell(#"sleep 1000 & echo $! > pids; echo '{"fragments":[]}'"#))
            #expect(trial.report.learnerKnown)
            let process = try await folder.line("pids")
            #expect(!isRunning(process))
        }
    }

    @Test(
        "Too much is not taken: the command is stopped",
        arguments: [
            "printf '{\"a\":\"'; exec cat /dev/zero", "exec yes", "while :; do echo '{\"learner_known\":true}'; done",
            "printf '{\"a\":\"'; cat /dev/zero & sleep 1000",
        ])
    func tooLarge(script: String) async throws {
        try await CommandFolder.with { folder in
            var configuration = folder.shell("echo $$ > pids; \(script)")
            configuration.maximumAnswerBytes = 100_000
            let failure = try await CommandTrial.failure(of: configuration)
            #expect(failure.reason == .answerTooLarge)
            #expect(!failure.isRetryable)
            let process = try await folder.line("pids")
            #expect(!isRunning(process))
        }
    }

    @Test("An answer of exactly the limit is taken")
    func limit() async throws {
        try await CommandFolder.with { folder in
            let answer = #"{"fragments":[]}"#
            var configuration = folder.shell("printf '\(answer)'")
            configuration.maximumAnswerBytes = answer.utf8.count
            _ = try await CommandTrial.of(configuration)
            configuration.maximumAnswerBytes -= 1
            #expect(try await CommandTrial.failure(of: configuration).reason == .answerTooLarge)
        }
    }

    @Test("When what takes the items fails, the command is stopped and that failure thrown")
    func consumerFails() async throws {
        struct Full: Error {}
        try await CommandFolder.with { folder in
            let configuration = folder.shell(
                #"echo $$ > pids; echo '{"fragment_path":"Person.Name","fragment":[{}]}'; sleep 1000"#)
            await #expect(throws: Full.self) {
                try await CommandTrial.of(configuration) { _ in throw Full() }
            }
            let process = try await folder.line("pids")
            #expect(!isRunning(process))
        }
    }

    @Test("A task that is cancelled already starts nothing")
    func cancelledBefore() async throws {
        try await CommandFolder.with { folder in
            let run = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await CommandTrial.of(folder.shell("touch was-run"))
            }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
            #expect((try? folder.text("was-run")) == nil)
        }
    }
}
