import Foundation
import TestProcesses
import Testing

/// The house as a whole in virtual time (docs/guides/simulation.md). The program that simulates is a process of its own: it
/// takes the place of clocks.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SimulationTests {
    /// As many as take half a minute beside the other tests.
    private static let seeds = 8

    private static let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".build/debug/LIFSimulation").path

    private static func simulate(_ arguments: String...) async throws -> (code: Int32, output: String) {
        let (code, output, errors) = try await ChildProcess.run(program, arguments)
        return (code, output + errors)
    }

    @Test("No rule is broken, whatever goes wrong")
    func seeds() async throws {
        let environment = ProcessInfo.processInfo.environment
        let first = environment["LIF_MODEL_SEED"] ?? String(UInt64.random(in: 0..<1 << 40))
        let (code, output) = try await Self.simulate("--seeds", String(Self.seeds), "--first", first)
        #expect(code == 0, "\(output)")
    }

    @Test("The same seed goes the same way")
    func isRepeatable() async throws {
        func trace() async throws -> Substring? {
            try await Self.simulate("--seed", "8").output.split(separator: "\n")
                .first { $0.contains("trace") }?.split(separator: " ").last
        }
        let first = try await trace()
        #expect(first != nil)
        #expect(try await trace() == first)
    }

    @Test(
        "Each rule finds the fault that breaks it",
        arguments: [
            ("forgotten-query", "ends"), ("forgotten-job", "ends"), ("abandoned-work", "ends"),
            ("reopened-job", "ends-once"), ("repeated-job", "accepted-once"), ("changed-outcome", "one-outcome"),
            ("dropped-event", "feed"), ("repeated-event", "feed"), ("swapped-learner", "own-data"),
            ("swapped-source", "own-data"), ("old-fragments", "newest-stays"), ("young-fragments", "age"),
            ("lost-callback", "callbacks"), ("no-limits", "limits"), ("former-adapters", "configuration"),
            ("late-answer", "in-time"),
            ("unexplained-error", "errors"),
        ])
    func findsFaults(_ sabotage: String, rule: String) async throws {
        let (code, output) = try await Self.simulate(
            "--first", "1", "--seeds", "20", "--sabotage", sabotage, "--until", rule)
        #expect(code != 0)
        #expect(output.contains(" breaks \(rule):"), "\(output)")
    }
}
