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
    let volume: ExpectedVolume
    let federation: FederationSettings
    let metrics: PlannerMetrics
    let logger: Logger
    let refusals = PlanRefusalLog()
    let now: @Sendable () -> Date

    /// Fetches the pairs, each once however many queries want it, and keeps what came.
    ///
    /// Returns when each pair has its outcome. Who is cancelled earlier cancels the fetches that nobody else waits for.
    ///
    /// - Parameters:
    ///   - asOf: Only a fetch that began at this time or later will do.
    ///   - changedAt: The same for single pairs.
    ///   - landings: The registry's count from before the cache was looked at.
    ///   - via: The organisations whose planners the query came through.
    ///   - deliver: Called as outcomes land, each pair once.
    func fetch(
        _ keys: [FragmentKey], catalogue: SourceCatalogue, asOf: Date?, changedAt: [FragmentKey: Date] = [:],
        landings: Int, via: FederationPath, deliver: @escaping FetchRegistry.Deliver
    ) async {
        let notBefore = changedAt.merging(asOf.map { asOf in keys.map { ($0, asOf) } } ?? []) { max($0, $1) }
        let requests = keys.map { key in
            let source = catalogue[key.sourceID]
            return FetchRegistry.Request(
                want: FetchRegistry.Want(
                    key: key, origin: source?.origin ?? "",
                    path: source?.isPartner == true ? via : FederationPath()),
                notBefore: notBefore[key])
        }
        let waiter = registry.join(requests, now: now(), deliver: deliver) { owned, land in
            try await run(owned, catalogue: catalogue, notBefore: notBefore, landings: landings, via: via, land: land)
        }
        await registry.wait(for: waiter)
    }

    private func run(
        _ owned: [FragmentKey], catalogue: SourceCatalogue, notBefore: [FragmentKey: Date], landings: Int,
        via: FederationPath, land: @escaping FetchRegistry.Land
    ) async throws {
        let kept = try await landed(owned, catalogue: catalogue, notBefore: notBefore, since: landings)
        for fragment in kept { land([fragment.key], Outcome(fragment), fragment.storedAt) }
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
        let (outcomes, time) = try await ForeignDataExecutor.run {
            try await ownRecords.fetch(keys, of: source, catalogue: catalogue)
        }
        for (key, outcome) in outcomes {
            // What is read anew for each query is no use to the next one.
            if source.timeToLive > .zero { keep(outcome, at: [key], origin: source.origin, startedAt: time) }
            take(outcome, at: [key], from: time, land)
        }
    }

    /// Keeps what a fetch has brought.
    ///
    /// - Parameters:
    ///   - origin: The source's, when the plan was made.
    ///   - startedAt: When the plan was made: the source has not been asked before.
    func keep(_ outcome: Outcome, at keys: [FragmentKey], origin: String, startedAt: Date) {
        cache.keep(
            keys.filter { outcome.failure(at: $0.path) == nil }.map { key in
                StoredFragment(
                    key: key, content: outcome.content(at: key.path), learnerKnown: outcome.isLearnerKnown,
                    storedAt: startedAt, dataTimestamp: outcome.dataTimestamp, origin: origin)
            })
    }

    private func take(_ outcome: Outcome, at keys: [FragmentKey], from startedAt: Date, _ land: FetchRegistry.Land) {
        volume.observe(outcome, at: keys)
        land(keys, outcome, startedAt)
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
            let part = plan.parts[index]
            let (outcome, dropped, own) = admit(outcome, of: part, from: source, isChecked: runner.checksOutcomes)
            metrics.landed(outcome, from: source, dropped: dropped, own: own)
            // A partner leaves out what the planners on the path have themselves; that is not all it has.
            if via.isDirect || !source.isPartner {
                keep(outcome, at: part.keys, origin: source.origin, startedAt: startedAt)
            }
            take(outcome, at: part.keys, from: startedAt, land)
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

    /// What is taken of a part's outcome: what the part asked for, without what a partner has from us.
    ///
    /// - Parameter isChecked: The runner has checked that it is what the part asked for.
    /// - Returns: Also how many fragments nobody had asked for, and how many items the partner has from us.
    func admit(
        _ outcome: Outcome, of part: QueryPlanPart, from source: InformationSource, isChecked: Bool = false
    ) -> (outcome: Outcome, dropped: Int, own: Int) {
        let (admitted, dropped) = isChecked ? (outcome, 0) : part.admitted(outcome, of: source)
        guard source.isPartner, let organization = federation.organization else { return (admitted, dropped, 0) }
        let (rest, own) = admitted.without(itemsOf: organization)
        return (rest, dropped, own)
    }
}

extension QueryPlanPart {
    /// What it brings, path by path.
    var keys: [FragmentKey] {
        fragmentPaths.map { FragmentKey(sourceID: informationSourceID, learner: learner, path: $0) }
    }
}
