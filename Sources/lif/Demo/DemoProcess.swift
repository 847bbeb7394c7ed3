import Foundation
import LIFModel

/// One process of the demo. It ends with the demo, however the demo ends: it watches the pipe at its standard input.
final class DemoProcess {
    let name: String
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(_ name: String, arguments: [String], environment: [String: String] = [:], log: URL) throws {
        self.name = name
        process.executableURL = URL(filePath: ProcessInfo.processInfo.arguments[0])
        if let executable = Bundle.main.executableURL { process.executableURL = executable }
        process.arguments = arguments + ["--stop-with-parent"]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = input
        process.standardOutput = output
        _ = FileManager.default.createFile(atPath: log.path, contents: nil, attributes: [.posixPermissions: 0o600])
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
    }

    /// Returns when the process has said, line by line, that it listens.
    ///
    /// - Throws: `LIFError` when it ends before that.
    func waitUntilListening(lines: Int = 1) throws {
        var seen = 0
        while seen < lines {
            guard let data = try output.fileHandleForReading.read(upToCount: 1), let byte = data.first else {
                throw LIFError(
                    .configurationNotValid,
                    "\(name) did not start. Is its port in use? Move the demo with --port-base; the reason is in its log.",
                    blame: .us)
            }
            if byte == UInt8(ascii: "\n") { seen += 1 }
        }
    }

    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }
}
