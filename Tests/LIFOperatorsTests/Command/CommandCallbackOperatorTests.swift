import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct CommandCallbackOperatorTests {
    private static let message = CallbackMessage(
        callback: Callback(job: JobID(), kind: .slaMiss, target: "pager", fence: 1, createdAt: Date()),
        body: RawJSON(["late": true]))

    @Test("A callback is delivered when the command ends well, whatever it writes")
    func delivered() async throws {
        try await CommandFolder.with { folder in
            try await CommandCallbackOperator(configuration: folder.shell("cat > request.json; echo thanks"))
                .deliver(Self.message)
            #expect(
                try folder.text("request.json")
                    == #"{"version":1,"action":"callback","id":"\#(Self.message.callback.id)","kind":"sla_miss","#
                    + #""job_id":"\#(Self.message.callback.job)","body":{"late":true}}"#)
        }
    }

    @Test("It is not delivered when the command fails, and its standard error is in the job's log")
    func failed() async throws {
        try await CommandFolder.with { folder in
            let log = Lines<String>()
            for (code, isRetryable) in [(75, true), (1, false), (67, false)] {
                let failing = CommandCallbackOperator(configuration: folder.shell("echo busy >&2; exit \(code)")) {
                    #expect($0 == Self.message.callback.job)
                    log.append($1)
                }
                let error = await #expect(throws: LIFError.self) { try await failing.deliver(Self.message) }
                #expect(error?.isRetryable == isRetryable)
                #expect(error?.reason == .sourceError)
            }
            #expect(log.all.count == 3)
            #expect(log.all.allSatisfy { $0.hasSuffix("busy") })
        }
    }

    @Test("A command that does not end in time is stopped")
    func timeout() async throws {
        try await CommandFolder.with { folder in
            let hanging = CommandCallbackOperator(
                configuration: folder.shell("echo $$ > pids; sleep 1000"), timeout: .milliseconds(500))
            let error = await #expect(throws: LIFError.self) { try await hanging.deliver(Self.message) }
            #expect(error?.reason == .timeout)
            #expect(error?.isRetryable == true)
            // On a busy machine the time may be up before the command has begun.
            if let process = try? folder.text("pids").dropLast() { #expect(!isRunning(String(process))) }
        }
    }
}
