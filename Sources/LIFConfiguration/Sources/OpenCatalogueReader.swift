import LIFModel
import LIFOperators
import LIFSettings

/// Reads `orchestrator.open_catalogue`, and finds the sources that the environment has credentials of.
struct OpenCatalogueReader {
    let block: SettingsBlock
    let adapters: KnownAdapters
    let connections: Connections
    let environment: [String: String]
    let secrets: SecretLookup
    /// Whether this is what a deployed orchestrator has: its environment, and nothing else that could name sources.
    let isDeployedOrchestrator: Bool
    /// Whether requests are answered without a token beyond loopback.
    let isListenerOpen: Bool

    private var diagnostics: Diagnostics { block.diagnostics }
    private var known: [any SourceAdapter] { adapters.all.filter(\.needsCredentialsOnly) }

    /// - Parameter configured: What the variables of configured sources begin with: those are reached as they are
    ///   configured and in no other way.
    /// - Returns: `nil` when plans may name configured sources only.
    func catalogue(besides configured: Set<String>) -> OpenCatalogue? {
        guard isOpen else { return nil }
        var sources: [String: OpenCatalogue.Source] = [:]
        for name in environment.keys.sorted() {
            guard let (adapter, token) = source(of: name) else { continue }
            let prefix = Credentials.prefix(adapterID: adapter.id, sourceID: token)
            if configured.contains(prefix) || sources[prefix] != nil { continue }
            sources[prefix] = OpenCatalogue.Source(
                adapterID: adapter.id, token: token, adapter: settings(adapter, token, prefix, isTranslated: false),
                translatingAdapter: settings(adapter, token, prefix, isTranslated: true))
        }
        return OpenCatalogue(adapters: known.map(\.id), sources: sources)
    }

    /// Whether plans may name sources that are not configured.
    ///
    /// An open catalogue with an open listener lends the credentials to whoever reaches it, so no variable and no default
    /// makes that: both must be written in the file.
    var isOpen: Bool {
        if block.has("open_catalogue") {
            let isOpen = block.boolean("open_catalogue") ?? false
            if isOpen, isListenerOpen, !block.has("open") {
                block.report(
                    "open_catalogue",
                    "is true and \(DeployedEnvironment.open) opens the orchestrator: whoever reaches it could use each "
                        + "source's credential. Write \"\(block.shown("open")): true\" beside it, or set a token")
            }
            return isOpen
        }
        guard isDeployedOrchestrator, environment.keys.contains(where: { source(of: $0) != nil }) else {
            return false
        }
        if isListenerOpen {
            diagnostics.report(
                .environment,
                "\(DeployedEnvironment.open) opens the orchestrator, which has its sources from the environment alone: "
                    + "whoever reaches it could use each source's credential. Name the sources, or write "
                    + "\"orchestrator: {open: true, open_catalogue: true}\" in a configuration file")
        }
        return true
    }

    /// The adapter and the source that a credential's variable is for.
    private func source(of variable: String) -> (adapter: any SourceAdapter, token: String)? {
        for adapter in known {
            let start = "ADAPTERS__\(Credentials.token(adapter.id))__"
            guard variable.hasPrefix(start), let end = variable.firstRange(of: "__CREDENTIALS__") else { continue }
            let token = String(variable[..<end.lowerBound].dropFirst(start.count))
            if token.isEntryName, token == Credentials.token(token) { return (adapter, token) }
        }
        return nil
    }

    private func settings(
        _ adapter: any SourceAdapter, _ token: String, _ prefix: String, isTranslated: Bool
    ) -> AdapterSettings {
        let credentials = Credentials(
            owner: "source \"\(token)\" of the open catalogue", prefixes: [prefix], connection: Connections.Resolved(),
            connections: connections, environment: environment, secrets: secrets, diagnostics: diagnostics)
        let source = SourceReading(
            block: block.absent("information_sources[]", at: .environment), credentials: credentials, paths: [],
            isTranslated: isTranslated, model: .standard)
        return adapters.read(source, by: adapter).settings
    }
}
