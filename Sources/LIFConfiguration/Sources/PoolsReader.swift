import LIFModel
import LIFOrchestrator
import LIFSettings
import LIFWorkflow

/// Reads in which pools the sources' tasks run, once all sources are known.
struct PoolsReader {
    /// The limits of `orchestrator.pools`.
    let pools: [String: Int]
    let diagnostics: Diagnostics

    func sources(_ sources: [(block: SettingsBlock, source: SourceConfiguration)]) -> [SourceConfiguration] {
        let own = Dictionary(
            sources.map { ($0.source.source.id, $0.source.concurrencyLimit) }, uniquingKeysWith: { first, _ in first })
        let names = pools.keys.sorted() + own.keys.sorted()
        return sources.map { block, source in
            var pool = source.source.id
            if block.has("pool"), let text = block.written("pool") {
                let name = text.value.trimmed
                if names.contains(name) {
                    pool = name
                } else {
                    block.report(
                        "pool",
                        "is \(text.forPeople), which is no pool.\(NamedEntries<Int>.near(text, names)) "
                            + "There are: \(names.joined(separator: ", "))")
                }
                for name in ["max_concurrency", "rate_limit"] where pool != source.source.id && block.has(name) {
                    block.report(
                        name,
                        "limits the source's own pool, and it runs in another; set the limit of that pool, or leave this out"
                    )
                }
            }
            let limit = pools[pool] ?? own[pool] ?? source.concurrencyLimit
            if source.settings.resources.poolSlots > limit {
                block.report(
                    "pool_slots", "is \(source.settings.resources.poolSlots); the pool \"\(pool)\" has \(limit) places")
            }
            return source
        }
    }
}
