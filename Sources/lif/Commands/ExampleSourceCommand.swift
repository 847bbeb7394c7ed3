import ArgumentParser
import LIFModel
import LIFPartner

struct ExampleSourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "example-source",
        abstract: "Serves a folder of documents as the demo's HR system: GET /r1-demo/users/{identifier} with x-key.")

    @Option(help: "The folder with a document for each learner, called by the learner's identifier.")
    var data: String
    @Option(help: "The port to listen at, on loopback; 0 for any free one.")
    var port: Int
    @Option(help: "The key that the x-key header must carry.")
    var key: String
    @Option(help: "Milliseconds to wait before each answer.")
    var delay = 0
    @Flag(name: .customLong("stop-with-parent"), help: "Stop when standard input ends.")
    var stopWithParent = false

    func validate() throws {
        guard delay >= 0 else { throw ValidationError("--delay is a number of milliseconds, at least 0.") }
        guard (0...65_535).contains(port) else { throw ValidationError("--port is a port from 0 to 65535.") }
    }

    func run() async throws {
        try await failing {
            var configuration = ExampleSourceServer.Configuration(port: port, token: key)
            configuration.delay = .milliseconds(delay)
            let server: ExampleSourceServer
            do {
                server = try ExampleSourceServer(folder: data, configuration: configuration)
            } catch let error as PartnerError {
                throw LIFError(.configurationNotValid, error.message, blame: .us, cause: error)
            }
            try await SourceProcess(name: "HR system", path: "/r1-demo/users", port: server.port)
                .run(server, stopWithParent: stopWithParent)
        }
    }
}
