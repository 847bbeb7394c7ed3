public import LIFModel

/// Fills gaps of an answer from a LIF Cache elsewhere.
public struct RecordCacheFallback: Sendable {
    private let cache: any RecordCache

    public init(_ cache: any RecordCache) { self.cache = cache }

    /// What the cache has for the gaps.
    public struct Filling: Sendable {
        /// One for each gap, in the order given: `cached` where no source is configured, `stale` where one failed, `empty`, or
        /// `missing` when the cache failed. The source's id is `RecordCacheRules.sourceID`.
        public let landed: [LandedPart]
        /// Why the cache could not be asked: to be thrown when nothing else is in the answer.
        public let error: LIFError?
    }

    /// Asks the cache once for all gaps.
    ///
    /// A gap at a path of which a source failed, for which the cache has nothing or fails, gives no part: the failed source
    /// has told it already. Its learner's place among the parts is behind all others.
    ///
    /// - Parameters:
    ///   - gaps: From `RecordCacheRules`.
    ///   - learner: The learner of an index, as this organisation knows them.
    ///   - ordinal: The place of a gap among its learner's parts.
    /// - Throws: `CancellationError`.
    public func fill(
        _ gaps: [RecordCacheRules.Gap], learner: (Int) -> LearnerIdentifier,
        ordinal: (RecordCacheRules.Gap) -> Int = { _ in .max }
    ) async throws -> Filling {
        if gaps.isEmpty { return Filling(landed: [], error: nil) }
        var seen: Set<LearnerIdentifier> = []
        let learners = gaps.map { learner($0.learner) }
        let distinct = learners.filter { seen.insert($0).inserted }
        var paths: [FragmentPath] = []
        for gap in gaps where !paths.contains(gap.path) { paths.append(gap.path) }
        var records: [LearnerIdentifier: LIFRecord] = [:]
        var error: LIFError?
        do {
            records = try await cache.records(of: distinct, paths: paths)
        } catch let failure as LIFError {
            error = failure
        }
        let landed = zip(gaps, learners).compactMap { gap, learner in
            Self.part(gap, ordinal: ordinal(gap), record: records[learner], error: error)
        }
        return Filling(landed: landed, error: error)
    }

    /// Pure.
    static func part(
        _ gap: RecordCacheRules.Gap, ordinal: Int, record: LIFRecord?, error: LIFError?
    ) -> LandedPart? {
        let content = record?.person?.member(named: gap.path.entity).flatMap(FragmentContent.init(member:))
        let isUnconfigured = gap.reason == .unconfigured
        if content == nil, !isUnconfigured { return nil }
        let outcome: AnswerPart.Outcome =
            content != nil ? (isUnconfigured ? .cached : .stale) : error == nil ? .empty : .missing
        // Of stale data the reason is told with the source that failed; here it is only that nobody vouches for it.
        let failure: Failure? =
            outcome == .missing
            ? Failure(.unreachable, error?.message ?? "")
            : outcome == .stale ? Failure(.unreachable, "No source of this path could be asked.") : nil
        return LandedPart(
            AnswerPart(
                learner: gap.learner, ordinal: ordinal, path: gap.path, sourceID: RecordCacheRules.sourceID,
                outcome: outcome, items: content?.count ?? 0, learnerKnown: record?.person != nil, failure: failure),
            content: content)
    }
}
