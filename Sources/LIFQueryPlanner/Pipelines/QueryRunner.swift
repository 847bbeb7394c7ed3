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
        let stored = try await cache.read(Self.distinct(pairs.map(\.key)))
        return Freshness.delta(pairs, stored: stored, now: now(), asOf: question.asOf)
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
    ///   - throwsOwnRefusals: What this process refused is thrown when the rest has landed; else it is `missing`.
    ///   - land: Takes what has come; parts that land while it works come together in its next call.
    /// - Returns: Why a plan could not be run at all, where one could not.
    /// - Throws: What `land` throws; `CancellationError`, and what nobody else waits for is cancelled.
    func run(
        _ question: Question, delta: Freshness.Delta, before: [LandedPart] = [], throwsOwnRefusals: Bool = false,
        land: ([LandedPart]) async throws -> Void
    ) async throws -> LIFError? {
        guard let records else {
            return try await runHere(question, delta: delta, throwsOwnRefusals: throwsOwnRefusals, land: land)
        }
        async let asked = records.unconfigured(of: question)
        // Its rules need all parts of a learner.
        var landed = before
        let refusal = try await runHere(question, delta: delta, throwsOwnRefusals: throwsOwnRefusals) { parts in
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
        _ question: Question, delta: Freshness.Delta, throwsOwnRefusals: Bool,
        land: ([LandedPart]) async throws -> Void
    ) async throws -> LIFError? {
        let kept = kept(delta, of: question)
        if !kept.isEmpty { try await land(kept) }
        revalidate(delta, of: question)
        let missing = delta.states.filter { !$0.isFresh && !$0.isServedStale }
        if missing.isEmpty { return nil }
        let states = Dictionary(grouping: missing, by: \.pair.key)
        let fetches = pipelines.fetch(
            Self.distinct(missing.map(\.pair.key)), catalogue: question.catalogue, asOf: question.asOf,
            via: question.via)
        func parts(_ fetched: [FetchRegistry.Fetched]) -> [LandedPart] {
            fetched.flatMap { fetch in
                volume.observe(fetch)
                return (states[fetch.key] ?? []).map {
                    LandedPart($0, fetch: fetch, firstLearner: question.firstLearner)
                }
            }
        }
        var error: LIFError?
        // Last: who keeps what has landed when its time is up keeps none of these.
        var refused: [FetchRegistry.Fetched] = []
        try await Landings(fetches).forEach { fetched in
            // A plan that was refused is no fault of who asked the query.
            error = error ?? fetched.lazy.compactMap(\.error).first { $0.blame != .caller }
            refused += fetched.filter { $0.error?.isOwnRefusal == true }
            let landed = parts(fetched.filter { $0.error?.isOwnRefusal != true })
            if !landed.isEmpty { try await land(landed) }
        }
        if let refusal = refused.first?.error {
            if throwsOwnRefusals { throw refusal }
            try await land(parts(refused))
        }
        return error
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
            for await _ in pipelines.fetch(keys, catalogue: question.catalogue, asOf: nil, via: question.via) {}
        }
    }

    static func distinct(_ keys: [FragmentKey]) -> [FragmentKey] {
        var seen: Set<FragmentKey> = []
        return keys.filter { seen.insert($0).inserted }
    }
}
