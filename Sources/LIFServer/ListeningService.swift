import Foundation
public import Hummingbird
public import LIFModel
import NIOCore
public import ServiceLifecycle

/// A component's server as a service whose failure says which component cannot listen, where and why.
public struct ListeningService: Service {
    /// How people call a component, and its settings in the configuration.
    public struct Component: Sendable, Hashable {
        /// The name in sentences for people.
        public let title: String
        /// The name of its block in the configuration, which advice refers to.
        public let settings: String

        /// The Query Planner, configured under `planner`.
        public static let queryPlanner = Component(title: "Query Planner", settings: "planner")
        /// The Orchestrator, configured under `orchestrator`.
        public static let orchestrator = Component(title: "Orchestrator", settings: "orchestrator")
    }

    private let component: Component
    private let listener: ListenerConfiguration
    private let server: any Service

    /// A service that runs the server; it binds the port when it is run.
    ///
    /// - Parameter listener: What errors name. The server has its address already.
    public init(_ server: some ApplicationProtocol, _ component: Component, at listener: ListenerConfiguration) {
        self.component = component
        self.listener = listener
        self.server = server
    }

    /// Listens and serves until the server ends: at a graceful shutdown, or when its task is cancelled.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid` when the server cannot listen; `CancellationError`.
    public func run() async throws {
        do {
            try await server.run()
        } catch let error where error is LIFError || error is CancellationError {
            throw error
        } catch {
            throw failure(error)
        }
    }

    /// In words of our own: a library's may be of its insides.
    private func failure(_ error: any Error) -> LIFError {
        let (host, port) = ("\(component.settings).host", "\(component.settings).port")
        let reason =
            switch (error as? IOError)?.errnoCode {
            case EADDRINUSE?: "another process listens there. Stop it, or choose another port with \(port)."
            case EACCES?: "this process may not use that port. Choose one from 1024 on with \(port)."
            case EADDRNOTAVAIL?: "this machine does not have that address. Choose another one with \(host)."
            case let code?: "\(String(cString: strerror(code))). Choose another address with \(host) and \(port)."
            case nil: "the address cannot be used. Choose another one with \(host) and \(port)."
            }
        return LIFError(
            .configurationNotValid,
            "The \(component.title) cannot listen at \(listener.host), port \(listener.port): \(reason)", blame: .us,
            cause: error)
    }

    /// Refuses two components at one address and port before either is started. Port 0 stands for any free one and never clashes.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid` when both components would listen at one address and port.
    public static func checkDistinct(
        planner: ListenerConfiguration, orchestrator: ListenerConfiguration
    ) throws(LIFError) {
        guard planner.port == orchestrator.port, planner.port != 0, planner.host == orchestrator.host else { return }
        throw LIFError(
            .configurationNotValid,
            "The Query Planner and the Orchestrator cannot both listen at \(planner.host), port \(planner.port). Choose "
                + "another port with planner.port or orchestrator.port.", blame: .us)
    }
}
