public import Foundation
public import LIFModel

/// The answer to a query of many learners that the cache has wholly, read from the cache.
///
/// It was whole when it was looked for. What is replaced before it is read is read as it is then.
public struct CachedAnswer: StreamedAnswer {
    /// What was found when the cache was searched.
    struct Summary: Sendable {
        /// Whether a source knows one of the learners, or no source could tell.
        private(set) var mayKnowLearner = false
        private(set) var oldestData: Date?
        private var kindsOfGaps: Set<AnswerPart> = []

        /// - Parameters:
        ///   - landed: What the cache has of a page.
        ///   - couldTell: Whether all sources that may know the learners could have said so.
        mutating func add(_ landed: [LandedPart], couldTell: Bool) {
            mayKnowLearner = mayKnowLearner || !couldTell
            for part in landed.lazy.map(\.part) {
                mayKnowLearner = mayKnowLearner || part.mayKnowLearner
                oldestData = [oldestData, part.storedAt].compactMap(\.self).min()
                guard part.isGap else { continue }
                kindsOfGaps.insert(
                    AnswerPart(
                        learner: 0, ordinal: 0, path: part.path, sourceID: part.sourceID, outcome: part.outcome))
            }
        }

        var gaps: [AnswerPart] {
            kindsOfGaps.sorted { ($0.path.entity, $0.sourceID) < ($1.path.entity, $1.sourceID) }
        }
    }

    private let pages: [Question]
    private let work: PageWork
    private let summary: Summary

    init(_ pages: [Question], _ summary: Summary, work: PageWork) {
        self.pages = pages
        self.work = work
        self.summary = summary
    }

    /// Whether a source knows one of the learners, or no source could say, as found when the cache was searched.
    public var mayKnowLearner: Bool { summary.mayKnowLearner }

    /// When the oldest data found in the cache was fetched; `nil` when it has none.
    public var oldestData: Date? { summary.oldestData }

    /// The gaps found when the cache was searched, each combination of path, source and outcome once. Never throws.
    public func gaps() async throws -> [AnswerPart] { summary.gaps }

    /// Calls with the records of a page of learners at a time (at most 100), read from the cache again.
    ///
    /// - Throws: `LIFError` `ResultExpired` when a fragment was removed meanwhile; `OutputReadException`; what `body` throws.
    public func records(_ body: ([LIFRecord]) async throws -> Void) async throws {
        for page in pages {
            let landed = try await landed(of: page).sorted {
                ($0.part.learner, $0.part.ordinal) < ($1.part.learner, $1.part.ordinal)
            }
            try await body(
                RecordAssembly.records(of: page.learners, from: landed, projection: page.query.projection))
        }
    }

    /// By learner.
    public func parts(_ body: ([AnswerPart]) async throws -> Void) async throws {
        for page in pages { try await body(try await landed(of: page).map(\.part)) }
    }

    /// What has expired since it was looked for is still the answer; what was removed is not there to be read.
    private func landed(of page: Question) async throws -> [LandedPart] {
        try await work.delta(of: page).states.map { state in
            if state.stored == nil { throw QueryPlanner.expired }
            return LandedPart(state, firstLearner: page.firstLearner)
        }
    }

    /// Does nothing: a fragment that was removed is noticed where it is read.
    public func check() async throws {}
}
