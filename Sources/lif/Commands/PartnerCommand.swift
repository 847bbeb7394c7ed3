import ArgumentParser
import Foundation
import LIFModel
import LIFPartner
import Logging
import ServiceLifecycle
import UnixSignals

struct PartnerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "partner", abstract: "Serves a folder of LIF records as a partner organisation's LIF API.")

    @Option(help: "The folder with the records, each a JSON file.")
    var data: String
    @Option(help: "The port to listen at, on loopback; 0 for any free one.")
    var port: Int
    @Option(help: "A data model as an OpenAPI document; the schema then has its members beside those of the data.")
    var model: String?
    @Option(help: "Milliseconds to wait before each answer.")
    var delay = 0
    @Option(help: "The share of queries that fail with HTTP 500, from 0 to 1.")
    var fail = 0.0
    @Option(help: "What clients must send as Authorization: Bearer or X-API-Key. Default: nothing.")
    var token: String?
    @Flag(name: .customLong("stop-with-parent"), help: "Stop when standard input ends.")
    var stopWithParent = false

    func validate() throws {
        guard delay >= 0 else { throw ValidationError("--delay is a number of milliseconds, at least 0.") }
        guard (0...1).contains(fail) else { throw ValidationError("--fail is a rate from 0 to 1.") }
        guard (0...65_535).contains(port) else { throw ValidationError("--port is a port from 0 to 65535.") }
    }

    func run() async throws {
        try await failing {
            var configuration = PartnerServer.Configuration(port: port)
            configuration.delay = .milliseconds(delay)
            configuration.failureRate = fail
            configuration.token = token
            let server = try partnerServer(configuration)
            try await SourceProcess(name: "LIF API", path: "/graphql", port: server.port)
                .run(server, stopWithParent: stopWithParent)
        }
    }

    private func partnerServer(_ configuration: PartnerServer.Configuration) throws -> PartnerServer {
        do {
            return try PartnerServer(folder: data, modelFile: model, configuration: configuration)
        } catch let error as PartnerError {
            throw LIFError(.configurationNotValid, error.message, blame: .us, cause: error)
        }
    }
}
