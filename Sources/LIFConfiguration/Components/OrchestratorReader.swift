import LIFModel
import LIFOrchestrator
import LIFSettings
import LIFWorkflow

/// Reads `orchestrator`, except for where it listens and whom it calls.
struct OrchestratorReader {
    let block: SettingsBlock
    let plannerTimeout: Duration

    private var diagnostics: Diagnostics { block.diagnostics }

    func defaults() -> SourcesReader.Defaults {
        let block =
            self.block.block("defaults")
            ?? self.block.absent("orchestrator.defaults")
        var settings = SourceSettings(policy: TaskPolicy(timeout: min(.seconds(10), plannerTimeout * 2 / 3)))
        settings.read(block)
        // It leaves the planner time to answer with what the other sources have.
        if let timeout = block.duration("timeout"), timeout >= plannerTimeout {
            block.report(
                "timeout",
                "is \(timeout.forPeople); it must be below planner.timeout, which is \(plannerTimeout.forPeople), "
                    + "so that a source that hangs costs only its own data")
        }
        settings.noticeRetries(block)
        return SourcesReader.Defaults(
            settings: settings, hasWrittenTimeout: block.has("timeout"),
            concurrencyLimit: block.whole("max_concurrency") ?? 1,
            hasWrittenLimit: block.has("max_concurrency"), plannerTimeout: plannerTimeout)
    }

    /// The limits of pools that have no source's name.
    func pools() -> [String: Int] {
        guard block.has("pools"), let names = block.block("pools") else { return [:] }
        var pools: [String: Int] = [:]
        for member in names.members {
            guard (1...128).contains(member.name.utf8.count) else {
                diagnostics.report(member.place, "a pool's name must have 1 to 128 bytes")
                continue
            }
            pools[member.name] = names.whole(member.name)
        }
        return pools
    }

    /// Fills in what is said about running jobs.
    func read(
        into configuration: inout OrchestratorConfiguration, defaults: SourcesReader.Defaults,
        sources: [SourceConfiguration]
    ) {
        configuration.sources = Dictionary(
            sources.map { ($0.source.id, $0.settings) }, uniquingKeysWith: { first, _ in first })
        configuration.defaults = defaults.settings
        configuration.limits = limits(defaults, sources)
        configuration.namedPools = Set(block.block("pools")?.members.map(\.name) ?? [])
        if let parts = block.whole("part_limit") { configuration.partLimit = parts }
        if let parts = block.whole("open_part_limit") { configuration.openPartLimit = parts }
        configuration.storeLimit = block.has("store_limit") ? block.bytes("store_limit") : nil
        if let wait = block.duration("synchronous_wait") { configuration.synchronousWait = wait }
        if let retention = block.block("retention") {
            configuration.retention = RetentionPolicy(
                jobs: retention.retention("jobs"), results: retention.retention("results"),
                acknowledgedResults: retention.retention("acknowledged"), log: retention.retention("log"))
        }
    }

    private func limits(_ defaults: SourcesReader.Defaults, _ sources: [SourceConfiguration]) -> EngineLimits {
        var limits = EngineLimits(
            total: block.whole("concurrency") ?? 1, pools: pools(), otherPools: defaults.concurrencyLimit)
        limits.shared = Set(limits.pools.keys)
        for source in sources {
            let id = source.source.id
            if limits.pools[id] != nil, let names = block.block("pools") {
                names.report(id, "has the name of a source, whose pool it is; set that source's \"max_concurrency\"")
            }
            limits.pools[id] = source.concurrencyLimit
            if source.sharesLimit { limits.shared.insert(id) }
            limits.rates[id] = source.rateLimit
        }
        return limits
    }
}
