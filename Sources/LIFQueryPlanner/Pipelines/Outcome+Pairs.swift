import LIFModel

/// What a part's one outcome says of each of its paths: one that was asked for, is absent and did not fail is empty. Pure.
extension Outcome {
    /// Of one pair: what the cache has of it.
    init(_ fragment: StoredFragment) {
        let data = fragment.content.map { [Fragment(path: fragment.key.path, content: $0)] }
        self.init(
            data.map(Result.data) ?? .empty(learnerKnown: fragment.learnerKnown), finishedAt: fragment.storedAt,
            duration: .zero, dataTimestamp: fragment.dataTimestamp)
    }

    /// Whether the source knows the learner, as far as its answer shows.
    var isLearnerKnown: Bool { if case .empty(let known) = result { known } else { true } }

    func failure(at path: FragmentPath) -> Failure? { failure ?? failures[path] }

    func content(at path: FragmentPath) -> FragmentContent? { fragments.first { $0.path == path }?.content }

    /// Without the items that a partner has from us.
    func without(itemsOf organization: String) -> (Outcome, dropped: Int) {
        var dropped = 0
        let rest = fragments.compactMap { fragment -> Fragment? in
            let (content, count) = Federation.withoutOwn(content: fragment.content, own: [organization])
            dropped += count
            return content.map { Fragment(path: fragment.path, content: $0) }
        }
        if dropped == 0 { return (self, 0) }
        let outcome = Outcome(
            rest.isEmpty ? .empty(learnerKnown: true) : .data(rest), finishedAt: finishedAt, duration: duration,
            dataTimestamp: dataTimestamp, failures: failures)
        return (outcome, dropped)
    }
}
