import LIFModel

/// Gives the delegate what is known about the sources, and makes the query plan from it (Query Planner seed, "Source
/// Metadata Loader").
struct SourceMetadataLoader: Sendable {
    let source: any MetadataSource

    func catalogue() async throws -> SourceCatalogue { try await source.catalogue() }

    /// The plan that fetches the pairs: one part for each source and learner, with all its paths. Pure.
    static func plan(
        _ keys: [FragmentKey], catalogue: SourceCatalogue, via: FederationPath = FederationPath()
    ) -> QueryPlan {
        struct Fetch: Hashable {
            let sourceID: String
            let learner: LearnerIdentifier
        }
        var order: [Fetch] = []
        var paths: [Fetch: [FragmentPath]] = [:]
        for key in keys {
            let fetch = Fetch(sourceID: key.sourceID, learner: key.learner)
            if paths[fetch] == nil { order.append(fetch) }
            paths[fetch, default: []].append(key.path)
        }
        return QueryPlan(
            parts: order.compactMap { fetch in
                guard let source = catalogue[fetch.sourceID] else { return nil }
                return QueryPlanPart(
                    informationSourceID: source.id, adapterID: source.adapterID, learner: fetch.learner,
                    fragmentPaths: paths[fetch] ?? [], translation: source.translation)
            }, via: via,
            sources: Dictionary(
                Set(keys.map(\.sourceID)).compactMap { id in catalogue[id].map { (id, PlannedSource($0)) } },
                uniquingKeysWith: { first, _ in first }))
    }
}
