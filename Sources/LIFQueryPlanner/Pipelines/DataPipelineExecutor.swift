import Foundation
import LIFConcurrency
import LIFModel
import Logging

/// Has the orchestrator fetch what is missing, and gives the outcomes as they land (Query Planner seed, "Data Pipeline
/// Executor").
struct DataPipelineExecutor: Sendable {
    let runner: any PlanRunner
    /// Fetches the organisation's own records, which need no plan; `nil` where there is no LIF Cache.
    let ownRecords: OwnRecords?
    let registry: FetchRegistry
    let cache: CacheClient
    let federation: FederationSettings
    let metrics: PlannerMetrics
    let logger: Logger
    let refusals = PlanRefusalLog()
    let now: @Sendable () -> Date

    /// Fetches the pairs, each once however many queries want it, and keeps what came.
    ///
    /// - Parameters:
    ///   - asOf: Only a fetch that began at this time or later will do.
    ///   - changedAt: The same for single pairs.
    ///   - landings: The registry's count from before the cache was looked at.
    ///   - via: The organisations whose planners the query came through.
    /// - Returns: The outcome of each pair as it lands; the stream ends after the last. Who ends it earlier cancels the
    ///   fetches that nobody else waits for.
    func fetch(
        _ keys: [FragmentKey], catalogue: SourceCatalogue, asOf: Date?, changedAt: [FragmentKey: Date] = [:],
        landings: Int, via: FederationPath
    ) -> AsyncStream<FetchRegistry.Fetched> {
        let notBefore = changedAt.merging(asOf.map { asOf in keys.map { ($0, asOf) } } ?? []) { max($0, $1) }
        let requests = keys.map { key in
            let source = catalogue[key.sourceID]
            return FetchRegistry.Request(
                want: FetchRegistry.Want(
                    key: key, origin: source?.origin ?? "",
                    path: source?.isPartner == true ? via : FederationPath()),
                notBefore: notBefore[key])
        }
        return registry.join(requests, now: now()) { owned, land in
            try await run(owned, catalogue: catalogue, notBefore: notBefore, landings: landings, via: via, land: land)
        }
    }

    private func run(
        _ owned: [FragmentKey], catalogue: SourceCatalogue, notBefore: [FragmentKey: Date], landings: Int,
        via: FederationPath, land: @escaping FetchRegistry.Land
    ) async throws {
        let kept = try await landed(owned, catalogue: catalogue, notBefore: notBefore, since: landings)
        land(kept.map { FetchRegistry.Fetched(key: $0.key, result: .success($0), duration: .zero, error: nil) })
        let done = Set(kept.map(\.key))
        let missing = owned.filter { !done.contains($0) }
        let (own, others) = (
            missing.filter { $0.sourceID == catalogue.ownRecords?.id },
            missing.filter { $0.sourceID != catalogue.ownRecords?.id }
        )
        async let read: Void = readOwn(own, catalogue: catalogue, land: land)
        do {
            try await fetch(others, catalogue: catalogue, via: via, land: land)
        } catch {
            // What no plan was needed for lands all the same.
            try await read
            throw error
        }
        try await read
    }

    /// What another query's fetch has brought between this query's look into the cache and its claim to the pairs.
    private func landed(
        _ owned: [FragmentKey], catalogue: SourceCatalogue, notBefore: [FragmentKey: Date], since landings: Int
    ) async throws -> [StoredFragment] {
        let keys = registry.landed(of: owned, since: landings)
        if keys.isEmpty { return [] }
        let stored = try await cache.read(keys)
        return keys.compactMap { key in
            stored[key].flatMap { isFresh($0, catalogue: catalogue, notBefore: notBefore[key]) ? $0 : nil }
        }
    }

    private func readOwn(_ keys: [FragmentKey], catalogue: SourceCatalogue, land: FetchRegistry.Land) async throws {
        guard !keys.isEmpty, let source = catalogue.ownRecords, let ownRecords else { return }
        let fetched = try await ForeignDataExecutor.run {
            try await ownRecords.fetch(keys, of: source, catalogue: catalogue)
        }
        // What is read anew for each query is no use to the next one.
        if source.timeToLive > .zero { keep(fetched) }
        land(fetched)
    }

    private func keep(_ fetched: [FetchRegistry.Fetched]) {
        cache.keep(
            fetched.compactMap { fetched in
                if case .success(let fragment) = fetched.result { fragment } else { nil }
            })
    }

    private func fetch(
        _ keys: [FragmentKey], catalogue: SourceCatalogue, via: FederationPath, land: @escaping FetchRegistry.Land
    ) async throws {
        let plan = SourceMetadataLoader.plan(keys, catalogue: catalogue, via: federation.outgoing(via))
        guard !plan.parts.isEmpty else { return }
        let startedAt = now()
        try await run(plan) { index, outcome in
            guard plan.parts.indices.contains(index), let source = catalogue[plan.parts[index].informationSourceID]
            else { return }
            let fetched = take(outcome, of: plan.parts[index], from: source, startedAt: startedAt)
            // A partner leaves out what the planners on the path have themselves; that is not all it has.
            if via.isDirect || !source.isPartner { keep(fetched) }
            land(fetched)
        }
    }

    /// A plan that cannot be run may be hidden by what the cache has, or be offered again, so it is logged here.
    private func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        do {
            try await runner.run(plan, land: land)
        } catch let error as LIFError {
            logger.log(
                level: refusals.isDue(error) ? .warning : .debug,
                "A query plan could not be run as a whole: \(error.message)",
                metadata: ["code": "\(error.code.rawValue)", "parts": "\(plan.parts.count)"])
            throw error
        }
    }

    private func isFresh(_ fragment: StoredFragment, catalogue: SourceCatalogue, notBefore: Date?) -> Bool {
        guard let source = catalogue[fragment.key.sourceID] else { return false }
        let pair = Freshness.Pair(learner: 0, ordinal: 0, source: source, key: fragment.key)
        return Freshness.delta([pair], stored: [fragment.key: fragment], now: now(), asOf: notBefore).isWhollyFresh
    }

    private func take(
        _ outcome: Outcome, of part: QueryPlanPart, from source: InformationSource, startedAt: Date
    ) -> [FetchRegistry.Fetched] {
        let admitted = admit(outcome, of: part, from: source, origin: source.origin, startedAt: startedAt)
        metrics.landed(admitted.outcome, from: source, dropped: admitted.dropped, own: admitted.own)
        return admitted.fetched
    }

    /// What is taken of a part's outcome.
    struct Admitted {
        let outcome: Outcome
        /// The outcome of each pair.
        var fetched: [FetchRegistry.Fetched]
        /// Fragments that nobody had asked for.
        let dropped: Int
        /// Items that the partner has from us, which were dropped.
        var own = 0
    }

    /// What a runner may deliver of a part's outcome: what the part asked for, without what a partner has from us.
    ///
    /// - Parameters:
    ///   - origin: The source's, when the plan was made.
    ///   - startedAt: When the plan was made: the source has not been asked before.
    func admit(
        _ outcome: Outcome, of part: QueryPlanPart, from source: InformationSource, origin: String, startedAt: Date
    ) -> Admitted {
        let (outcome, dropped) = part.admitted(outcome, of: source)
        var admitted = Admitted(
            outcome: outcome, fetched: Self.fetched(outcome, part: part, origin: origin, startedAt: startedAt),
            dropped: dropped)
        guard source.isPartner, let organization = federation.organization else {
            return admitted
        }
        let cleaned = admitted.fetched.map { $0.without(itemsOf: organization) }
        admitted.fetched = cleaned.map(\.0)
        admitted.own = cleaned.reduce(0) { $0 + $1.dropped }
        return admitted
    }

    /// A part's one outcome as outcomes of its pairs: a path that was asked for, is absent and did not fail is empty.
    /// Pure.
    static func fetched(
        _ outcome: Outcome, part: QueryPlanPart, origin: String, startedAt: Date
    ) -> [FetchRegistry.Fetched] {
        let contents = Dictionary(
            outcome.fragments.map { ($0.path, $0.content) }, uniquingKeysWith: { first, _ in first })
        var learnerKnown = true
        if case .empty(let known) = outcome.result { learnerKnown = known }
        return part.fragmentPaths.map { path in
            let key = FragmentKey(sourceID: part.informationSourceID, learner: part.learner, path: path)
            let result: Result<StoredFragment, Failure>
            if let failure = outcome.failure ?? outcome.failures[path] {
                result = .failure(failure)
            } else {
                result = .success(
                    StoredFragment(
                        key: key, content: contents[path], learnerKnown: learnerKnown, storedAt: startedAt,
                        dataTimestamp: outcome.dataTimestamp, origin: origin))
            }
            return FetchRegistry.Fetched(key: key, result: result, duration: outcome.duration, error: nil)
        }
    }
}

extension FetchRegistry.Fetched {
    /// Without the items that a partner has from us.
    fileprivate func without(itemsOf organization: String) -> (FetchRegistry.Fetched, dropped: Int) {
        guard case .success(let fragment) = result, let content = fragment.content else { return (self, 0) }
        let (rest, dropped) = Federation.withoutOwn(content: content, own: [organization])
        if dropped == 0 { return (self, 0) }
        let fetched = FetchRegistry.Fetched(
            key: key, result: .success(fragment.with(content: rest)), duration: duration, error: error)
        return (fetched, dropped)
    }
}
