import LIFConfiguration
import LIFModel
import LIFNeighbours
import LIFOrchestrator
import LIFQueryPlanner
import LIFWorkflow

/// Looking at sources: `lif sources`.
extension LIFSystem {
    /// Asks every source whether it answers, the organisation's own records first.
    func checkSources() async -> [SourceCheck] {
        let others = await orchestrator.checkSources()
        guard let own = configuration.catalogue.ownRecords, let cache = configuration.lifCache else {
            return others
        }
        do {
            let sentence = try await RemoteLIFCache(configuration: cache, http: http).check()
            return [SourceCheck(source: own, result: .success(sentence))] + others
        } catch {
            let error = error as? LIFError
            let failure = Failure(
                error?.reason ?? .unreachable, error?.message ?? "The LIF Cache was not asked.")
            return [SourceCheck(source: own, result: .failure(failure))] + others
        }
    }

    /// Asks one source for a learner's data, as a query does.
    ///
    /// - Parameter learner: As a query names them; the source is asked by the identifier that it knows.
    /// - Throws: `LIFError`.
    func trySource(_ id: String, _ learner: LearnerIdentifier, trace: OperatorTrace) async throws
        -> SourceTrial
    {
        guard let source = orchestrator.configuration.catalogue[id] else {
            let known = orchestrator.configuration.catalogue.sources.map(\.id)
            let near = NearestNames.to(id, among: known).first.map { " Did you mean \"\($0)\"?" } ?? ""
            throw LIFError(
                .queryNotValid,
                "There is no information source \"\(id)\".\(near) What exists: "
                    + (known.isEmpty ? "none." : "\(known.joined(separator: ", "))."))
        }
        guard let identity = try await planner.identity(of: learner, at: source) else {
            throw LIFError(
                .learnerNotFound,
                "The Identity Mapper has no mapping of this learner for the source \"\(id)\", and its \"identity\" is skip: "
                    + "a query does not ask it.")
        }
        guard source.knowsType(of: identity) else {
            throw LIFError(
                .queryNotValid,
                "A query does not ask the source \"\(id)\" about a learner with this type of identifier: its "
                    + "\"identifier_types\" are \((source.identifierTypes ?? []).sorted().joined(separator: ", "))."
            )
        }
        let part = QueryPlanPart(
            informationSourceID: source.id, adapterID: source.adapterID, learner: identity,
            fragmentPaths: source.fragmentPaths, translation: source.translation)
        return try await orchestrator.trial(of: part, trace: trace)
    }
}
