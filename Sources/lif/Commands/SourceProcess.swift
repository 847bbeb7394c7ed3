import Foundation
import LIFModel
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs a source's server as a process: says where it listens, and stops on SIGTERM, Ctrl-C, or with its parent.
struct SourceProcess {
    let name: String
    let path: String
    /// The bound port, once it listens; `nil` when it never does.
    let port: @Sendable () async -> Int?

    func run(_ server: any Service, stopWithParent: Bool) async throws {
        var logger = Logger(label: "lif.source")
        logger.logLevel = .critical
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: server), .init(service: Announcement(source: self))],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(2)
        if stopWithParent {
            configuration.services.append(
                .init(service: ParentWatch(), successTerminationBehavior: .gracefullyShutdownGroup))
        }
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            throw LIFError(
                .configurationNotValid, "The server cannot listen at its port (\(error)). Choose another with --port.",
                blame: .us, cause: error)
        }
    }

    private struct Announcement: Service {
        let source: SourceProcess

        func run() async throws {
            if let port = await source.port() {
                FileHandle.standardOutput.write(Data("\(source.name) at http://127.0.0.1:\(port)\(source.path)\n".utf8))
            }
            try? await gracefulShutdown()
        }
    }
}
