import LIFModel
import LIFServer
import LIFWorkflow

/// Reads the blocks `planner` and `orchestrator`, and `log`.
struct ComponentsReader {
    let diagnostics: Diagnostics

    func listener(_ block: SettingsBlock) -> ListenerConfiguration {
        var listener = ListenerConfiguration(
            host: block.text("host")?.trimmed ?? "127.0.0.1", port: block.whole("port") ?? 0,
            token: block.has("token") ? block.secret("token") : nil, allowedHosts: allowedHosts(block))
        if let limit = block.bytes("max_body") { listener.maximumBodyBytes = limit }
        if !listener.isLoopback, !block.has("token") {
            block.report(
                "host",
                "is not a loopback address (127.0.0.1, ::1, localhost), and without \"\(block.shown("token"))\" "
                    + "anyone who reaches it could read learners' records; set the token")
        }
        return listener
    }

    private func allowedHosts(_ block: SettingsBlock) -> [String] {
        (block.texts("allowed_hosts") ?? []).compactMap { text in
            let name = text.value.trimmed
            guard let problem = URLText.problem(inHost: name) else { return name }
            diagnostics.report(text.place, "\"\(block.shown("allowed_hosts"))\" has \(text.forPeople): \(problem)")
            return nil
        }
    }

    /// The policy for fetches, whose time-out leaves the planner time to answer with what the other sources have.
    func defaultPolicy(_ block: SettingsBlock, plannerTimeout: Duration) -> TaskPolicy {
        var policy = TaskPolicy(timeout: min(.seconds(10), plannerTimeout * 2 / 3))
        if let retries = block.whole("retries") { policy.retries = retries }
        if let backoff = block.duration("retry_backoff") {
            policy.backoff = backoff
            policy.maximumBackoff = max(policy.maximumBackoff, backoff)
        }
        if let timeout = block.duration("timeout") {
            policy.timeout = timeout
            if timeout >= plannerTimeout {
                block.report(
                    "timeout",
                    "is \(timeout.forPeople); it must be below planner.timeout, which is \(plannerTimeout.forPeople), "
                        + "so that a source that hangs costs only its own data")
            }
        }
        return policy
    }

    func log(_ block: SettingsBlock) -> LogConfiguration {
        LogConfiguration(level: block.choice("level") ?? .info, format: block.choice("format") ?? .text)
    }
}
