import ArgumentParser
import Foundation
import LIFConcurrency
import LIFConfiguration
import LIFModel

struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stops the server that `lif start` has started. Accepted work goes on at the next start.")

    @OptionGroup var configurationOptions: ConfigurationOptions
    @Option(help: "Stop the server of one component: planner or orchestrator. Default: the one of both.")
    var role: Role?

    func run() async throws {
        try await failing {
            let configuration = try await configurationOptions.load(role: role)
            let pidFile = PidFile.path(stateDirectory: configuration.stateDirectory, role: role)
            guard let pid = PidFile.owner(pidFile) else {
                throw LIFError(
                    .configurationNotValid, "No server that `lif start` has started is running from \(pidFile).",
                    blame: .us)
            }
            kill(pid, SIGTERM)
            try await Self.waitForEnd(of: pid, pidFile)
            Terminal.say("Stopped process \(pid).")
        }
    }

    /// Requests in flight have 20 seconds to end; a process that is still there then hangs.
    private static func waitForEnd(of pid: pid_t, _ pidFile: String) async throws {
        let timeIsUp: @Sendable () async -> Void = {
            do {
                try await Task.sleep(for: .seconds(30))
                kill(pid, SIGKILL)
            } catch {}
        }
        let end: Void? = try await Deadline.run(before: timeIsUp) { await PidFile.waitUntilFree(pidFile) }
        guard end == nil else { return }
        throw LIFError(
            .configurationNotValid, "The server did not stop within 30 s and was killed. Nothing accepted is lost.",
            blame: .us)
    }
}
