import ArgumentParser
import Foundation
import LIFConfiguration
import LIFModel

struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Starts `lif serve` in the background and returns when it is ready. `lif stop` stops it.")

    @OptionGroup var configurationOptions: ConfigurationOptions
    @Option(help: "Start one component alone: planner or orchestrator. Default: both.")
    var role: Role?
    @Option(help: "Where the log goes. Default: lif.log in the state folder.")
    var log: String?

    func run() async throws {
        try await failing {
            let configuration = try await configurationOptions.load(role: role)
            let folder = configuration.stateDirectory
            try? FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let pidFile = PidFile.path(stateDirectory: folder, role: role)
            if let pid = PidFile.owner(pidFile) {
                throw LIFError(
                    .configurationNotValid, "The server is running already (process \(pid)). `lif stop` stops it.",
                    blame: .us)
            }
            let log = log ?? URL(filePath: folder).appending(path: "lif.log").path
            var arguments = ["serve", "--pid-file", pidFile]
            if let file = configurationOptions.file { arguments += ["--config", file] }
            if let role { arguments += ["--role", role.rawValue] }
            try await start(arguments, log: log)
        }
    }

    /// Each component says its address once it is ready to answer.
    private func start(_ arguments: [String], log: String) async throws {
        let process = try BackgroundProcess(arguments, log: log)
        let components = role == nil ? 2 : 1
        var ready = 0
        for await line in process.lines {
            Terminal.say(line)
            ready += 1
            if ready == components { break }
        }
        guard ready == components else {
            throw LIFError(
                .configurationNotValid,
                "The server ended before it was ready. The end of its log, \(log):\n\(Self.end(of: log))", blame: .us)
        }
        Terminal.say("Started as process \(process.pid); its log is \(log).")
    }

    private static func end(of log: String) -> String {
        let text = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").suffix(5).joined(separator: "\n")
    }
}
