/// What is taken of a source's answer: whole fragments with data, at paths that were asked for and that its configuration
/// has. Of an answer about another learner nothing is (`AnsweredLearner`).
///
/// Whatever is handed on from an operator, or comes from a `PlanRunner`, passes this rule first.
extension QueryPlanPart {
    /// The fragments of an answer that are taken: at paths that the part asks for, without items that hold no data.
    ///
    /// - Parameters:
    ///   - fragments: Of several at one path the last one counts.
    ///   - source: As it is configured now; `nil` when the plan was compared with the configuration just before.
    /// - Returns: The fragments at admitted paths, in the plan's order, and how many were at others. Identifiers that only show
    ///   whose answer it is do not count.
    public func admitted(
        _ fragments: [Fragment], of source: InformationSource? = nil
    ) -> (fragments: [Fragment], dropped: Int) {
        var found: [FragmentPath: Fragment] = [:]
        var dropped = 0
        for fragment in fragments {
            if admits(fragment.path, of: source) {
                found[fragment.path] = fragment.content.withoutEmptyItems.map {
                    Fragment(path: fragment.path, content: $0)
                }
            } else if !AnsweredLearner.isTold(at: fragment.path) {
                dropped += 1
            }
        }
        return (fragmentPaths.compactMap { found[$0] }, dropped)
    }

    /// Whether the fragments of an answer are about another learner than the part's: then nothing of it is admitted.
    ///
    /// - Parameters:
    ///   - fragments: Before anything of them is dropped.
    ///   - source: As it is configured; `nil` for one that is not.
    public func isAboutAnother(_ fragments: some Sequence<Fragment>, of source: InformationSource? = nil) -> Bool {
        AnsweredLearner.isAnother(than: learner, in: fragments, by: source?.answeredIdentifiers ?? .similar)
    }

    /// The same for an outcome. When no data remains, it is empty: the source has answered, and knows the learner.
    ///
    /// One about another learner has failed, and all of its fragments count as dropped.
    public func admitted(
        _ outcome: Outcome, of source: InformationSource? = nil
    ) -> (outcome: Outcome, dropped: Int) {
        let failures = admitted(outcome.failures, of: source)
        guard case .data(let fragments) = outcome.result else {
            return (failures == outcome.failures ? outcome : outcome.with(outcome.result, failures: failures), 0)
        }
        if source?.rewritesIdentifiers != true, isAboutAnother(fragments, of: source) {
            return (outcome.with(.failed(AnsweredLearner.failure), failures: [:]), fragments.count)
        }
        let (kept, dropped) = admitted(fragments, of: source)
        if kept == fragments, failures == outcome.failures { return (outcome, 0) }
        return (outcome.with(kept.isEmpty ? .empty(learnerKnown: true) : .data(kept), failures: failures), dropped)
    }

    /// The failures at admitted paths.
    public func admitted(
        _ failures: [FragmentPath: Failure], of source: InformationSource? = nil
    ) -> [FragmentPath: Failure] {
        failures.filter { admits($0.key, of: source) }
    }

    private func admits(_ path: FragmentPath, of source: InformationSource?) -> Bool {
        fragmentPaths.contains(path) && source?.supplies(path) ?? true
    }
}

extension InformationSource {
    /// Whether the configuration has the path for this source, in any spelling.
    public func supplies(_ path: FragmentPath) -> Bool {
        fragmentPaths.contains { LIFName.matches($0.entity, path.entity) }
    }
}

extension Outcome {
    fileprivate func with(_ result: Result, failures: [FragmentPath: Failure]) -> Outcome {
        Outcome(
            result, finishedAt: finishedAt, duration: duration, dataTimestamp: dataTimestamp, failures: failures)
    }
}
