import LIFServer

/// Reads where `planner` and `orchestrator` listen, and `log`.
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

    func allowedHosts(_ block: SettingsBlock) -> [String] {
        (block.texts("allowed_hosts") ?? []).compactMap { text in
            let name = text.value.trimmed
            guard let problem = URLText.problem(inHost: name) else { return name }
            diagnostics.report(text.place, "\"\(block.shown("allowed_hosts"))\" has \(text.forPeople): \(problem)")
            return nil
        }
    }

    func log(_ block: SettingsBlock) -> LogConfiguration {
        LogConfiguration(level: block.choice("level") ?? .info, format: block.choice("format") ?? .text)
    }
}
