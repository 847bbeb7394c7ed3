import Foundation
import LIFModel

extension QueryExecution {
    /// One go at a page. What an earlier go still brings changes nothing.
    struct Step: Sendable, Hashable {
        let page: Int
        let number: Int
    }

    /// What the cache has of a page, and what it lacks.
    struct Look: Sendable {
        let question: Question
        let delta: Freshness.Delta
        /// The parts that had landed before with their data, where a LIF Cache's rules need them.
        var landed: [LandedPart] = []
        /// How large the page's answer will be, in bytes, where that decides something.
        var expectedVolume = 0
    }

    /// What happens to a query.
    enum Event: Sendable {
        case begun
        /// The catalogue of a query that was taken over has been read: the query has so many pages.
        case opened(pages: Int)
        case openingFailed(LIFError)
        case openingPaused

        case looked(Step, Look)
        /// The look, or the parts of a page that is given up.
        case lookFailed(Step, LIFError)
        /// All places are taken.
        case full(Step)
        case entered(Step)
        /// Of some pairs, by a fetch that began then.
        ///
        /// - Parameter error: Why the plan could not be run, where that is the reason for a failure.
        case landed(Step, [FragmentKey], Outcome, startedAt: Date, error: LIFError?)
        case paused(Step)
        /// A LIF Cache elsewhere has answered.
        case filled(Step, RecordCacheRules.Gap.Reason, RecordCacheFallback.Filling)
        /// The parts that nobody can bring.
        case givenUp(Step, [LandedPart])

        case timeUp
        case clientLeft
        /// This process stops: what is in the journal is left to others.
        case stopped

        case accepted
        case acceptanceFailed(LIFError)
        /// Parts were appended; `false` when the query is another process's.
        case appended(isOurs: Bool)
        case appendFailed(LIFError)
        case announced
        case announcementFailed(LIFError)
        /// When all has landed: some of the parts, if all of them are missing; else none.
        case counted([AnswerPart])
        /// The end is noted; `false` when the query is another process's.
        case finished(isOurs: Bool)
        case discarded

        /// What was to be counted or noted was not.
        case storeFailed(LIFError)
        case storePaused
        /// `nil` when the store takes something again.
        case storeTried(LIFError?)
    }
}
