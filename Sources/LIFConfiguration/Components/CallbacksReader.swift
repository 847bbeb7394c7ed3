import LIFHTTP
import LIFModel
import LIFOperators
import LIFOrchestrator
import LIFSettings
import LIFWorkflow

/// Reads whom the Orchestrator calls: `orchestrator.callbacks`, `orchestrator.workflow`, and where results go.
struct CallbacksReader {
    /// What a deployed planner's address is put before.
    static let resultsPath = "/orchestration/results"

    let block: SettingsBlock
    let operators: NamedEntries<NamedCommand>
    let environment: [String: String]

    private var diagnostics: Diagnostics { block.diagnostics }

    /// Fills in what holds for each job.
    ///
    /// - Returns: Where callbacks may go.
    func read(into configuration: inout OrchestratorConfiguration) -> HTTPCallbackConfiguration {
        var callbacks = HTTPCallbackConfiguration(hosts: [])
        if let block = block.block("callbacks") {
            callbacks = self.callbacks(block)
            if let time = block.duration("give_up_after") { configuration.callbackPolicy.timeout = time }
        }
        if let (url, token) = results() {
            configuration.resultsURL = url
            configuration.resultsHaveScalars = block.boolean("results_scalars") ?? false
            allow(url, token: token, in: &callbacks)
        }
        if let workflow = block.block("workflow") {
            configuration.workflow = WorkflowSettings(
                timeout: workflow.duration("timeout"), sla: workflow.duration("sla"),
                callbacks: targets(workflow, allowed: callbacks))
        }
        return callbacks
    }

    private func callbacks(_ block: SettingsBlock) -> HTTPCallbackConfiguration {
        let secret = block.has("secret") ? block.secret("secret").map { Secret($0) } : nil
        if let secret, WebhookSignature(secret: secret) == nil {
            block.report("secret", "cannot sign: write \(WebhookSignature.form)")
        }
        let token = block.has("token") ? block.secret("token").map { Secret($0) } : nil
        let hosts = origins(block)
        if token != nil, !block.has("allowed_hosts") || block.isEmptyList("allowed_hosts") {
            block.report("token", "has no \"\(block.shown("allowed_hosts"))\" to go to; name them, or leave it out")
        }
        for host in hosts where token != nil {
            diagnostics.noticeOpenToken(of: "callbacks to a host of \"\(block.shown("allowed_hosts"))\"", url: host)
        }
        return HTTPCallbackConfiguration(
            hosts: hosts.map { HTTPCallbackConfiguration.Host($0, token: token) }, signingSecret: secret)
    }

    private func results() -> (url: String, token: Secret?)? {
        let (urlName, tokenName) = (DeployedEnvironment.resultsURL, DeployedEnvironment.resultsToken)
        let variable = DeployedEnvironment.value(urlName, in: environment)
        var token = block.has("results_token") ? block.secret("results_token") : nil
        let deployedToken = EnvironmentReader(environment: environment, diagnostics: diagnostics).secret(tokenName)
        let url: String?
        if block.has("results_url") {
            if variable != nil {
                diagnostics.notice("\(urlName) is set and not used: \"orchestrator.results_url\" in the file wins.")
            }
            url = block.url("results_url")
        } else {
            url = variable.flatMap { deployed($0, urlName) }
        }
        if block.has("results_token") {
            if url == nil, !block.has("results_url"), variable == nil {
                block.report(
                    "results_token",
                    "has no \"\(block.shown("results_url"))\" to go with; set that too, or leave it out")
            }
        } else if block.has("results_url") || variable == nil {
            if deployedToken != nil {
                diagnostics.notice("\(tokenName) is set and not used: it goes with \(urlName) only.")
            }
        } else {
            token = deployedToken
        }
        if url == nil, !block.has("results_url"), variable == nil, block.has("results_scalars") {
            block.report(
                "results_scalars",
                "has no \"\(block.shown("results_url"))\" to go with; set that too, or leave it out")
        }
        guard let url else { return nil }
        if token != nil { diagnostics.noticeOpenToken(of: "the planner that takes results", url: url) }
        return (url, token.map { Secret($0) })
    }

    private func deployed(_ text: String, _ name: String) -> String? {
        if let problem = URLText.problem(in: text, allowsQuery: false) {
            diagnostics.report(.environment, "\(name) is not a URL that can be used: \(problem)")
            return nil
        }
        return (text.hasSuffix("/") ? String(text.dropLast()) : text) + Self.resultsPath
    }

    /// Origins that callbacks may go to. A loopback host without a scheme is meant with and without TLS: nothing of what goes
    /// there leaves the machine.
    private func origins(_ block: SettingsBlock) -> [String] {
        (block.texts("allowed_hosts") ?? []).flatMap { text in
            let name = text.value.trimmed
            let scheme = ["http://", "https://"].first { name.lowercased().hasPrefix($0) } ?? ""
            let problem = URLText.problem(inHost: String(name.dropFirst(scheme.count)))
            if problem == nil, let origin = try? WebOrigin(written: name) {
                let open =
                    scheme.isEmpty && origin.isLoopback
                    ? try? WebOrigin(written: "http://" + name) : nil
                return [origin.text] + [open?.text].compactMap(\.self)
            }
            diagnostics.report(
                text.place,
                "\"\(block.shown("allowed_hosts"))\" has \(text.forPeople): "
                    + (problem
                        ?? "it must be a host, with a port if need be and \"http://\" before it for one without TLS"))
            return []
        }
    }

    /// The origin of a URL of ours is allowed; it gets the token that goes with the URL.
    private func allow(_ url: String, token: Secret?, in callbacks: inout HTTPCallbackConfiguration) {
        guard let url = try? OutgoingURL(parsing: url) else { return }
        let name = url.origin.text
        let listed = callbacks.hosts.first { $0.name == name }
        callbacks.hosts.removeAll { $0.name == name }
        callbacks.hosts.append(HTTPCallbackConfiguration.Host(name, token: token ?? listed?.token))
    }

    private func targets(
        _ workflow: SettingsBlock, allowed callbacks: HTTPCallbackConfiguration
    ) -> WorkflowSettings.Callbacks {
        var targets = WorkflowSettings.Callbacks()
        guard let block = workflow.block("callbacks") else { return targets }
        targets.completion = target("completion", of: block, callbacks)
        targets.success = target("success", of: block, callbacks)
        targets.failure = target("failure", of: block, callbacks)
        targets.slaMiss = target("sla_miss", of: block, callbacks)
        return targets
    }

    private func target(
        _ name: String, of block: SettingsBlock, _ callbacks: HTTPCallbackConfiguration
    ) -> String? {
        guard block.has(name), let text = block.written(name) else { return nil }
        let target = text.value.trimmed
        guard target.contains("://") else {
            return operators.entry(text, shown: block.shown(name)).map { _ in target }
        }
        if let problem = URLText.problem(in: target, allowsQuery: true) {
            block.report(name, "is not a URL that can be used: \(problem)")
        } else if let url = try? OutgoingURL(parsing: target),
            !callbacks.hosts.contains(where: { $0.name == url.origin.text })
        {
            block.report(
                name,
                "has a host that is not among \"orchestrator.callbacks.allowed_hosts\"; name it there with its port, and "
                    + "with \"http://\" before it if it is one without TLS")
        }
        return target
    }
}
