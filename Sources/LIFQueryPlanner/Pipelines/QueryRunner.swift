import Foundation
import LIFModel

/// Answers one page of a query from the cache and the sources. It sequences the helpers and keeps nothing.
struct QueryRunner: Sendable {
    let identities: IdentitiesLookupAgent
    let cache: CacheClient
    let pipelines: DataPipelineExecutor
    let federation: FederationSettings
    /// A LIF Cache elsewhere, where there is one.
    let records: RecordCaching?
    let volume: ExpectedVolume
    let now: @Sendable () -> Date

    /// What the cache has of a question, and what it lacks.
    ///
    /// - Parameter landed: Parts that need nothing more.
    func delta(of question: Question, without landed: Set<PartKey> = []) async throws -> Freshness.Delta {
        let known = try await identities.identities(of: question.query.learners, catalogue: question.catalogue)
        let asked = known.map { identities in
            identities.filter { entry in
                question.catalogue[entry.key].map { federation.mayAsk($0, path: question.via) } ?? false
            }
        }
        var pairs = Freshness.pairs(of: question.query, catalogue: question.catalogue, identities: asked)
        if !landed.isEmpty {
            pairs.removeAll { pair in
                landed.contains(
                    PartKey(
                        learner: question.firstLearner + pair.learner, path: pair.key.path, sourceID: pair.source.id))
            }
        }
        let landings = pipelines.registry.landingCount
        let look = try await cache.look(at: Self.distinct(pairs.map(\.key)))
        var delta = Freshness.delta(pairs, stored: look.fragments, now: now(), asOf: question.asOf)
        delta.changedAt = look.changedAt
        delta.landings = landings
        return delta
    }

    /// The parts that need no fetch.
    func kept(_ delta: Freshness.Delta, of question: Question) -> [LandedPart] {
        delta.states.filter { $0.isFresh || $0.isServedStale }.map {
            LandedPart($0, fetch: nil, firstLearner: question.firstLearner)
        }
    }

    /// Whether an answer from what is kept here is the whole answer.
    func canKeep(_ delta: Freshness.Delta, of question: Question) -> Bool {
        delta.isEmpty && !(records?.isAsked(for: question) ?? false)
    }

    /// Lands every part of a question: what is kept at once, the rest as it is fetched.
    ///
    /// - Parameters:
    ///   - before: The parts of the question that have landed before, with their data.
    ///   - patience: How long plans that are refused are offered again; then they are `missing`. `nil`: they are thrown when
    ///     the rest has landed.
    ///   - land: Takes what has come; parts that land while it works come together in its next call.
    /// - Returns: Why a plan could not be run at all, where one could not.
    /// - Throws: `PlanRefusal` without patience; what `land` throws; `CancellationError`, and what nobody else waits for is
    ///   cancelled.
    func run(
        _ question: Question, delta: Freshness.Delta, before: [LandedPart] = [], patience: Patience?,
        land: ([LandedPart]) async throws -> Void
    ) async throws -> LIFError? {
        guard let records else {
            return try await runHere(question, delta: delta, patience: patience, land: land)
        }
        async let asked = records.unconfigured(of: question)
        // Its rules need all parts of a learner.
        var landed = before
        let refusal = try await runHere(question, delta: delta, patience: patience) { parts in
            landed += parts
            try await land(parts)
        }
        let failed = try await records.failed(landed, of: question)
        let unconfigured = try await asked
        let filled = unconfigured.landed + failed.landed
        if !filled.isEmpty { try await land(filled) }
        records.write(landed, of: question)
        return refusal ?? unconfigured.error ?? failed.error
    }

    /// As `run`, without a LIF Cache elsewhere.
    private func runHere(
        _ question: Question, delta: Freshness.Delta, patience: Patience?,
        land take: ([LandedPart]) async throws -> Void
    ) async throws -> LIFError? {
        let kept = kept(delta, of: question)
        if !kept.isEmpty { try await take(kept) }
        revalidate(delta, of: question)
        let missing = delta.states.filter { !$0.isFresh && !$0.isServedStale }
        if missing.isEmpty { return nil }
        let states = Dictionary(grouping: missing, by: \.pair.key)
        func parts(_ fetched: [FetchRegistry.Fetched]) -> [LandedPart] {
            fetched.flatMap { fetch in
                (states[fetch.key] ?? []).map { LandedPart($0, fetch: fetch, firstLearner: question.firstLearner) }
            }
        }
        var keys = Self.distinct(missing.map(\.pair.key))
        var error: LIFError?
        func land(_ fetched: [FetchRegistry.Fetched]) async throws {
            // A plan that was refused is no fault of who asked the query.
            error = error ?? fetched.lazy.compactMap(\.error).first { $0.blame != .caller }
            fetched.forEach(volume.observe)
            let parts = parts(fetched)
            if !parts.isEmpty { try await take(parts) }
        }
        var refusals = 0
        while true {
            let refused = try await fetch(keys, of: question, delta, land: land)
            guard let refusal = refused.first(where: \.refusal.mayPass)?.refusal ?? refused.first?.refusal else {
                return error
            }
            guard let patience else { throw refusal }
            refusals += 1
            let (later, never) = (refused.filter(\.refusal.mayPass), refused.filter { !$0.refusal.mayPass })
            try await land(never.map(\.fetched))
            if later.isEmpty { return error }
            let hasStale = parts(later.map(\.fetched)).allSatisfy { $0.part.outcome != .missing }
            let end = hasStale ? patience.staleFrom : patience.end
            if .now >= end {
                try await land(later.map(\.fetched))
                return error
            }
            try await Task.sleep(until: min(end, .now + patience.pause(after: refusals, refusal)))
            keys = later.map(\.fetched.key)
        }
    }

    private typealias Refused = (fetched: FetchRegistry.Fetched, refusal: PlanRefusal)

    /// - Parameter land: Takes what is no refusal.
    /// - Returns: The pairs whose plan was refused. They are last: who keeps what has landed when its time is up keeps none of
    ///   them.
    private func fetch(
        _ keys: [FragmentKey], of question: Question, _ delta: Freshness.Delta,
        land: ([FetchRegistry.Fetched]) async throws -> Void
    ) async throws -> [Refused] {
        let fetches = pipelines.fetch(
            keys, catalogue: question.catalogue, asOf: question.asOf, changedAt: delta.changedAt,
            landings: delta.landings, via: question.via)
        var refused: [Refused] = []
        try await Landings(fetches).forEach { fetched in
            var landed: [FetchRegistry.Fetched] = []
            for fetched in fetched {
                if let refusal = fetched.error.flatMap(PlanRefusal.init(ifRefused:)) {
                    refused.append((fetched, refusal))
                } else {
                    landed.append(fetched)
                }
            }
            try await land(landed)
        }
        return refused
    }

    /// The parts of a question that has no identities: nobody can say how the sources know its learners.
    ///
    /// - Parameter landed: Parts that are left out.
    func unidentified(_ question: Question, without landed: Set<PartKey>, because error: LIFError) -> [LandedPart] {
        let failure = Failure(error.reason ?? .unreachable, error.message)
        return question.learners.flatMap { learner in
            question.query.paths.enumerated().flatMap { place, path in
                question.catalogue.sources(of: path).enumerated().compactMap { number, source in
                    let key = PartKey(learner: learner, path: path, sourceID: source.id)
                    guard federation.mayAsk(source, path: question.via), !landed.contains(key) else { return nil }
                    return LandedPart(
                        AnswerPart(
                            learner: learner, ordinal: Freshness.ordinal(path: place, source: number), path: path,
                            sourceID: source.id, outcome: .missing, learnerKnown: false, failure: failure),
                        content: nil)
                }
            }
        }
    }

    /// Asks the sources again behind the answer; what is being asked already is not asked twice.
    func revalidate(_ delta: Freshness.Delta, of question: Question) {
        // What a partner gives to a query that came through others is not kept.
        let pairs = delta.revalidations.filter { question.via.isDirect || !$0.source.isPartner }
        let keys = Self.distinct(pairs.map(\.key))
        if keys.isEmpty { return }
        cache.behind {
            for await _ in pipelines.fetch(
                keys, catalogue: question.catalogue, asOf: nil, changedAt: delta.changedAt, landings: delta.landings,
                via: question.via)
            {}
        }
    }

    static func distinct(_ keys: [FragmentKey]) -> [FragmentKey] {
        var seen: Set<FragmentKey> = []
        return keys.filter { seen.insert($0).inserted }
    }
}
