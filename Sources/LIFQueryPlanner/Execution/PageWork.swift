import Foundation
import LIFModel

/// What is done for one page of a query: the look into the cache, and what follows from it. It sequences the helpers and keeps
/// nothing.
struct PageWork: Sendable {
    let identities: IdentitiesLookupAgent
    let cache: CacheClient
    let pipelines: DataPipelineExecutor
    let federation: FederationSettings
    /// A LIF Cache elsewhere that fills gaps, where there is one.
    let records: RecordCaching?
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

    /// Asks the sources again after the answer; what is being asked already is not asked twice.
    func revalidate(_ delta: Freshness.Delta, of question: Question) {
        // What a partner gives to a query that came through others is not kept.
        let pairs = delta.revalidations.filter { question.via.isDirect || !$0.source.isPartner }
        let keys = Self.distinct(pairs.map(\.key))
        if keys.isEmpty { return }
        cache.behind {
            await pipelines.fetch(
                keys, catalogue: question.catalogue, asOf: nil, changedAt: delta.changedAt, landings: delta.landings,
                via: question.via
            ) { _, _, _, _ in }
        }
    }

    static func distinct(_ keys: [FragmentKey]) -> [FragmentKey] {
        var seen: Set<FragmentKey> = []
        return keys.filter { seen.insert($0).inserted }
    }
}
