import Foundation
import LIFModel

extension LandedPart {
    /// A pair of which enough is kept. Pure.
    ///
    /// - Parameter firstLearner: The index of the question's first learner in what was asked.
    init(_ state: Freshness.State, firstLearner: Int) {
        let stored = state.stored
        let outcome: AnswerPart.Outcome = state.isServedStale ? .stale : stored?.content == nil ? .empty : .cached
        self.init(
            state, outcome, stored?.content, learnerKnown: stored?.learnerKnown ?? false, storedAt: stored?.storedAt,
            dataTimestamp: stored?.dataTimestamp, firstLearner: firstLearner)
    }

    /// What becomes of one pair by the outcome of its fetch, and which data of it goes into the record. Pure.
    init(_ state: Freshness.State, _ fetched: Outcome, startedAt: Date, firstLearner: Int) {
        if let failure = fetched.failure(at: state.pair.key.path) {
            let stored = state.isUsableOnFailure ? state.stored : nil
            self.init(
                state, stored == nil ? .missing : .stale, stored?.content, learnerKnown: stored?.learnerKnown ?? false,
                storedAt: stored?.storedAt, dataTimestamp: stored?.dataTimestamp, failure: failure,
                duration: fetched.duration, firstLearner: firstLearner)
            return
        }
        let content = fetched.content(at: state.pair.key.path)
        self.init(
            state, content == nil ? .empty : .fetched, content, learnerKnown: fetched.isLearnerKnown,
            storedAt: startedAt, dataTimestamp: fetched.dataTimestamp, duration: fetched.duration,
            firstLearner: firstLearner)
    }

    private init(
        _ state: Freshness.State, _ outcome: AnswerPart.Outcome, _ content: FragmentContent?, learnerKnown: Bool,
        storedAt: Date?, dataTimestamp: Date?, failure: Failure? = nil, duration: Duration? = nil, firstLearner: Int
    ) {
        self.init(
            AnswerPart(
                learner: firstLearner + state.pair.learner, ordinal: state.pair.ordinal, path: state.pair.key.path,
                sourceID: state.pair.source.id, outcome: outcome, items: content?.count ?? 0,
                learnerKnown: learnerKnown, storedAt: storedAt, dataTimestamp: dataTimestamp,
                expiresAt: storedAt.map { Freshness.expiry(of: $0, at: state.pair.source) }, failure: failure,
                duration: duration),
            content: content)
    }
}
