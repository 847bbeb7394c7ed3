public import Foundation
public import LIFModel

/// The answer to a query of many learners that the cache has wholly, read from the cache.
///
/// It was whole when it was looked for. What is replaced before it is read is read as it is then.
public struct CachedAnswer: StreamedAnswer {
    private let pages: [Question]
    private let runner: QueryRunner
    /// Whether a source knows one of the learners, or no source could tell, as found when the cache was searched.
    public let mayKnowLearner: Bool
    /// When the oldest data found in the cache was fetched; `nil` when it has none.
    public let oldestData: Date?
    private let kindsOfGaps: [AnswerPart]

    /// Looks through the cache, page by page, until something must be fetched.
    ///
    /// - Parameter delta: Of the first page.
    /// - Returns: `nil` when something must be fetched.
    init?(_ pages: [Question], first delta: Freshness.Delta, runner: QueryRunner) async throws {
        var (mayKnow, oldest) = (!(pages.first?.couldTell ?? false), Date?.none)
        var gaps: Set<AnswerPart> = []
        for (number, page) in pages.enumerated() {
            let delta = number == 0 ? delta : try await runner.delta(of: page)
            guard runner.canKeep(delta, of: page) else { return nil }
            for landed in runner.kept(delta, of: page) {
                let part = landed.part
                mayKnow = mayKnow || part.mayKnowLearner
                oldest = [oldest, part.storedAt].compactMap(\.self).min()
                guard part.isGap else { continue }
                gaps.insert(
                    AnswerPart(
                        learner: 0, ordinal: 0, path: part.path, sourceID: part.sourceID, outcome: part.outcome))
            }
            runner.revalidate(delta, of: page)
        }
        (mayKnowLearner, oldestData) = (mayKnow, oldest)
        kindsOfGaps = gaps.sorted { ($0.path.entity, $0.sourceID) < ($1.path.entity, $1.sourceID) }
        self.pages = pages
        self.runner = runner
    }

    /// The gaps found when the cache was searched, each combination of path, source and outcome once. Never throws.
    public func gaps() async throws -> [AnswerPart] { kindsOfGaps }

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
        try await runner.delta(of: page).states.map { state in
            guard let stored = state.stored else { throw QueryPlanner.expired }
            return LandedPart(stored, of: state, firstLearner: page.firstLearner)
        }
    }

    /// Does nothing: a fragment that was removed is noticed where it is read.
    public func check() async throws {}
}
