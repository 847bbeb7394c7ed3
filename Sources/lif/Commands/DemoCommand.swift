import ArgumentParser
import Foundation
import LIFModel
import ServiceLifecycle
import UnixSignals

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Starts three organisations on this machine and asks them about learners.")

    @Option(help: "A folder with org1, org2 and org3, each a folder of LIF records.")
    var data = "Examples/three-organisations"
    @Option(help: "A folder with the HR system's documents.")
    var hr = "Examples/hr"
    @Option(help: "The data model, as an OpenAPI document, beside the data.")
    var model = "Examples/model/person.json"
    @Option(help: "The planner listens at this port + 2, the orchestrator at + 5, the sources at + 11 to + 14.")
    var portBase = 8_000
    @Flag(help: "End after the queries instead of staying up until Ctrl-C.")
    var once = false

    func validate() throws {
        guard (0...65_500).contains(portBase) else { throw ValidationError("--port-base is a number from 0 to 65500.") }
    }

    func run() async throws {
        try await failing {
            let folder = FileManager.default.temporaryDirectory.appending(path: "lif-demo-\(RandomID().logLabel)")
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            defer { try? FileManager.default.removeItem(at: folder) }
            let plan = DemoPlan(portBase: portBase, data: try existing(data), folder: folder)
            let model = FileManager.default.fileExists(atPath: self.model) ? URL(filePath: self.model) : nil
            let demo = Demo(plan: plan, hrData: try existing(hr), model: model)
            defer { demo.stop() }
            let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
            try demo.start()
            try await demo.show()
            demo.printHints()
            if once { return }
            Terminal.say("\nUp until Ctrl-C.")
            for await _ in signals { break }
        }
    }

    private func existing(_ path: String) throws(LIFError) -> URL {
        guard FileManager.default.fileExists(atPath: path) else {
            throw LIFError(.configurationNotValid, "There is no folder \(path).", blame: .us)
        }
        return URL(filePath: path, directoryHint: .isDirectory)
    }
}
