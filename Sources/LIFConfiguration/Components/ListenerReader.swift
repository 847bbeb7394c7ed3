import LIFServer
import LIFSettings

/// Reads where `planner` or `orchestrator` listens, and whom it lets in.
struct ListenerReader {
    let block: SettingsBlock
    let environment: EnvironmentReader
    /// The variables and the port of a component whose file says nothing.
    let component: Component

    struct Component {
        let host: String
        let port: String
        let standardPort: Int

        static let planner = Component(
            host: DeployedEnvironment.plannerHost, port: DeployedEnvironment.plannerPort, standardPort: 8_002)
        static let orchestrator = Component(
            host: DeployedEnvironment.orchestratorHost, port: DeployedEnvironment.orchestratorPort,
            standardPort: 8_005)
    }

    private var diagnostics: Diagnostics { block.diagnostics }

    func listener() -> ListenerConfiguration {
        let isOpen = isOpen()
        var listener = ListenerConfiguration(
            host: host(isOpen: isOpen), port: port(), isOpen: isOpen,
            token: block.has("token") ? block.secret("token") : nil, tokenMode: tokenMode(),
            allowedHosts: ComponentsReader(diagnostics: diagnostics).allowedHosts(block))
        if let limit = block.bytes("max_body") { listener.maximumBodyBytes = limit }
        if let budget = block.bytes("body_budget") { listener.bodyBudget = budget }
        if let limit = block.whole("max_connections") { listener.maximumConnections = limit }
        if !listener.isLoopback, !isOpen, !block.has("token") { reportUnprotected() }
        return listener
    }

    /// Whether `LIF_OPEN` has a say here; the file wins over it, and a token is not given up for it.
    var heedsOpenVariable: Bool { !block.has("open") && !block.has("token") }

    private func isOpen() -> Bool {
        if heedsOpenVariable { return environment.boolean(DeployedEnvironment.open) ?? false }
        guard block.has("open"), block.boolean("open") ?? false else { return false }
        if block.has("token") {
            block.report(
                "open",
                "stands beside \"\(block.shown("token"))\"; keep one of the two. To answer requests without the token for a "
                    + "time, set \"\(block.shown("token_mode")): accept\"")
            return false
        }
        return true
    }

    private func host(isOpen: Bool) -> String {
        if block.has("host") {
            environment.noticeUnused(component.host, "\"\(block.shown("host"))\" in the file wins")
            return block.text("host")?.trimmed ?? "127.0.0.1"
        }
        return environment.text(component.host) ?? (isOpen ? "0.0.0.0" : "127.0.0.1")
    }

    private func port() -> Int {
        if block.has("port") {
            environment.noticeUnused(component.port, "\"\(block.shown("port"))\" in the file wins")
            return block.whole("port") ?? 0
        }
        return environment.port(component.port) ?? component.standardPort
    }

    private func tokenMode() -> ListenerConfiguration.TokenMode {
        let mode: ListenerConfiguration.TokenMode = block.choice("token_mode") ?? .enforce
        if mode == .accept, !block.has("token") {
            block.report(
                "token_mode",
                "is \"accept\", and there is no \"\(block.shown("token"))\" that requests could go without; set the token"
            )
        }
        return mode
    }

    private func reportUnprotected() {
        let problem =
            "is not a loopback address (127.0.0.1, ::1, localhost), and without \"\(block.shown("token"))\" anyone who "
            + "reaches it could read learners' records; set the token, or permit that with \"\(block.shown("open")): true\""
        if block.has("host") {
            block.report("host", problem)
        } else {
            diagnostics.report(.environment, "\(component.host) \(problem)")
        }
    }
}
