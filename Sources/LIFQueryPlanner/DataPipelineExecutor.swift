import Foundation
import LIFModel
import Logging

/// Has the orchestrator fetch what is missing, and gives the outcomes as they land (Query Planner seed, "Data Pipeline
/// Executor").
struct DataPipelineExecutor: Sendable {
    let runner: any PlanRunner
    let registry: FetchRegistry
    let cache: CacheClient
    let logger: Logger
    let now: @Sendable () -> Date

    /// Fetches the pairs, each once however many queries want it, and keeps what came.
    ///
    /// - Returns: The outcome of each pair.
    /// - Throws: `CancellationError`; the fetches that nobody else waits for are cancelled then.
    func fetch(
        _ keys: [FragmentKey], catalogue: SourceCatalogue
    ) async throws -> [FragmentKey: FetchRegistry.Fetched] {
        let landings = registry.join(keys) { owned, land in
            try await run(owned, catalogue: catalogue, land: land)
        }
        var fetched: [FragmentKey: FetchRegistry.Fetched] = [:]
        for await outcome in landings { fetched[outcome.key] = outcome }
        try Task.checkCancellation()
        return fetched
    }

    private func run(
        _ owned: [FragmentKey], catalogue: SourceCatalogue, land: @escaping FetchRegistry.Land
    ) async throws {
        // Another query's fetch may have landed between this query's look into the cache and its claim to the pairs.
        let stored = try await cache.read(owned)
        let landed = owned.compactMap { key in
            stored[key].flatMap { Self.isFresh($0, catalogue: catalogue, now: now()) ? $0 : nil }
        }
        land(landed.map { FetchRegistry.Fetched(key: $0.key, result: .success($0), duration: .zero, error: nil) })
        let done = Set(landed.map(\.key))
        let plan = SourceMetadataLoader.plan(owned.filter { !done.contains($0) }, catalogue: catalogue)
        guard !plan.parts.isEmpty else { return }
        try await run(plan) { index, outcome in
            guard plan.parts.indices.contains(index), let source = catalogue[plan.parts[index].informationSourceID]
            else {
                return
            }
            let fetched = Self.fetched(outcome, part: plan.parts[index], origin: source.origin)
            cache.keep(
                fetched.compactMap { fetched in
                    if case .success(let fragment) = fetched.result { fragment } else { nil }
                })
            land(fetched)
        }
    }

    /// A plan that cannot be run may be hidden by what the cache has, so whoever runs the planner is told here.
    private func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        do {
            try await runner.run(plan, land: land)
        } catch let error as LIFError {
            logger.warning(
                "A query plan could not be run: \(error.message)",
                metadata: ["code": "\(error.code.rawValue)", "parts": "\(plan.parts.count)"])
            throw error
        }
    }

    private static func isFresh(_ fragment: StoredFragment, catalogue: SourceCatalogue, now: Date) -> Bool {
        guard let source = catalogue[fragment.key.sourceID] else { return false }
        let pair = Freshness.Pair(learner: 0, source: source, key: fragment.key)
        return Freshness.delta([pair], stored: [fragment.key: fragment], now: now).isEmpty
    }

    /// A part's one outcome as outcomes of its pairs: a path that was asked for and is absent is empty. Pure.
    static func fetched(_ outcome: Outcome, part: QueryPlanPart, origin: String) -> [FetchRegistry.Fetched] {
        let contents = Dictionary(
            outcome.fragments.map { ($0.path, $0.content) }, uniquingKeysWith: { first, _ in first })
        var learnerKnown = true
        if case .empty(let known) = outcome.result { learnerKnown = known }
        return part.fragmentPaths.map { path in
            let key = FragmentKey(sourceID: part.informationSourceID, learner: part.learner, path: path)
            let result: Result<StoredFragment, Failure>
            if let failure = outcome.failure {
                result = .failure(failure)
            } else {
                result = .success(
                    StoredFragment(
                        key: key, content: contents[path], learnerKnown: learnerKnown, storedAt: outcome.finishedAt,
                        dataTimestamp: outcome.dataTimestamp, origin: origin))
            }
            return FetchRegistry.Fetched(key: key, result: result, duration: outcome.duration, error: nil)
        }
    }
}
