import ArgumentParser
import Foundation
import Hummingbird
import LIFConfiguration
import LIFHTTP
import LIFMetrics
import LIFModel
import LIFOrchestrator
import LIFQueryPlanner
import LIFServer
import LIFStores
import Logging
import ServiceLifecycle
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Runs the Query Planner and the Orchestrator, until SIGTERM or Ctrl-C.")

    @OptionGroup var configurationOptions: ConfigurationOptions
    @Option(help: "Run one component alone: planner or orchestrator. Default: both in this process.")
    var role: Role?
    @Flag(name: .customLong("stop-with-parent"), help: "Stop when standard input ends.")
    var stopWithParent = false
    @Option(
        name: .customLong("pid-file"),
        help: "Write the process id to this file and hold a lock on it, as `lif start` does.")
    var pidFile: String?

    func run() async throws {
        try await failing {
            let settings = try await configurationOptions.load(role: role)
            settings.log.bootstrap()
            let logger = Logger(label: "lif.serve")
            for notice in settings.notices { logger.notice("\(notice)") }
            if let proxies = settings.proxies.summary { logger.notice("\(proxies)") }
            let system = try LIFSystem(settings, role: role)
            let pid = try pidFile.map { try PidFile(writing: $0) }
            // Held until the system is closed, so that the next server finds everything written.
            try await system.closingAfter { try await serve(system, logger) }
            withExtendedLifetime(pid) {}
            logger.notice("Stopped")
        }
    }

    private func serve(_ system: LIFSystem, _ logger: Logger) async throws {
        if role == nil, system.configuration.orchestratorElsewhere != nil {
            logger.notice("The planner uses the orchestrator that the configuration names, not the one in this process")
        }
        if role == nil {
            try ListeningService.checkDistinct(
                planner: system.configuration.plannerListener, orchestrator: system.configuration.orchestratorListener)
        }
        let descriptors = DescriptorLimit.raise()
        try await system.recover()
        var services: [any Service] = []
        if role != .orchestrator {
            services.append(planner(system, descriptors, logger))
            services.append(Housekeeping { await system.keepPlannersHouse() })
        }
        if role != .planner {
            services.append(orchestrator(system.orchestrator, system, descriptors, logger))
            services.append(Housekeeping { await system.orchestrator.keepHouse() })
        }
        services.append(Housekeeping { await system.watchStore() })
        services.append(
            ConfigurationReload(
                system: system,
                load: { [configurationOptions, role] seen in
                    try await configurationOptions.load(role: role, seen: seen)
                },
                logger: logger))
        try await run(services, logger: logger)
    }

    private func planner(_ system: LIFSystem, _ descriptors: Int, _ logger: Logger) -> any Service {
        var listener = bounded(system.configuration.plannerListener, by: descriptors, .queryPlanner, logger)
        listener.resultsToken = system.configuration.plannerResultsToken?.reveal()
        for warning in listener.warnings(for: .queryPlanner) { logger.warning("\(warning)") }
        let host = listener.host
        let server = ComponentServer.queryPlanner(
            system.planner, listener, services: system.plannerServices,
            counting: ServerMetrics(factory: system.metrics), logger: logger,
            isReady: { try await system.stores.checkReady() }, notices: { await system.notices() },
            onRunning: { Self.announce("Query Planner", host, $0) })
        return ListeningService(server, .queryPlanner, at: listener)
    }

    private func orchestrator(
        _ orchestrator: Orchestrator, _ system: LIFSystem, _ descriptors: Int, _ logger: Logger
    ) -> any Service {
        let listener = bounded(system.configuration.orchestratorListener, by: descriptors, .orchestrator, logger)
        for warning in listener.warnings(for: .orchestrator) { logger.warning("\(warning)") }
        let server = ComponentServer.orchestrator(
            orchestrator, listener, counting: ServerMetrics(factory: system.metrics), logger: logger,
            isReady: { try await system.stores.checkReady() }, notices: { await system.notices() },
            metrics: { system.metrics.render() },
            onRunning: { Self.announce("Orchestrator", listener.host, $0) })
        return ListeningService(server, .orchestrator, at: listener)
    }

    /// A component's listener with no more connections than there are descriptors for.
    private func bounded(
        _ listener: ListenerConfiguration, by descriptors: Int, _ component: ListeningService.Component,
        _ logger: Logger
    ) -> ListenerConfiguration {
        let bounded = listener.bounded(byDescriptors: descriptors, components: role == nil ? 2 : 1)
        if bounded.maximumConnections < listener.maximumConnections {
            logger.notice(
                """
                The \(component.title) takes \(bounded.maximumConnections) connections at a time, not \
                \(listener.maximumConnections) (\(component.settings).max_connections): the process may have \
                \(descriptors) descriptors, and half of them are left to sources and files. Raise the limit with ulimit -n
                """)
        }
        return bounded
    }

    private func run(_ services: [any Service], logger: Logger) async throws {
        var quiet = logger
        quiet.logLevel = .warning
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        configuration.maximumGracefulShutdownDuration = .seconds(20)
        if stopWithParent {
            configuration.services.append(
                .init(service: ParentWatch(), successTerminationBehavior: .gracefullyShutdownGroup))
        }
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let error as ServiceGroupError {
            logger.error("The server stopped", metadata: ["cause": "\(error)"])
            throw LIFError(
                .configurationNotValid,
                "The server stopped, because a part of it ended unexpectedly. The log says which. Start it again.",
                blame: .us, cause: error)
        } catch let error where !(error is LIFError) {
            logger.error("The server stopped", metadata: ["cause": "\(error)"])
            throw LIFError(
                .configurationNotValid,
                "The server stopped because of an internal fault. The log says more. Start it again.",
                blame: .us, cause: error)
        }
    }

    /// On standard output, so that whoever started the process can wait for the line.
    private static func announce(_ component: String, _ host: String, _ port: Int) {
        FileHandle.standardOutput.write(Data("\(component) at http://\(host):\(port)\n".utf8))
    }
}

extension Role: ExpressibleByArgument {}
