import LIFModel

/// Fills gaps of an answer from a LIF Cache elsewhere.
struct RecordCacheFallback: Sendable {
    private let reader: RecordReader

    init(_ reader: RecordReader) { self.reader = reader }

    /// What the cache has for the gaps.
    struct Filling: Sendable {
        /// One for each gap, in the order given: `cached` where no source is configured, `stale` where one failed, `empty`, or
        /// `missing` when the cache failed. The source's id is `RecordCacheRules.sourceID`.
        let landed: [LandedPart]
        /// Why the cache could not be asked: to be thrown when nothing else is in the answer.
        let error: LIFError?
    }

    /// Asks the cache once for all gaps.
    ///
    /// A gap at a path of which a source failed, for which the cache has nothing or fails, gives no part: the failed source
    /// has landed it already. Its learner's place among the parts is after all others.
    ///
    /// - Parameters:
    ///   - gaps: From `RecordCacheRules`.
    ///   - catalogue: Tells which identifiers in a record are other organisations'.
    ///   - learner: The learner of an index, as this organisation knows them.
    ///   - ordinal: The place of a gap among its learner's parts.
    /// - Throws: `CancellationError`.
    func fill(
        _ gaps: [RecordCacheRules.Gap], catalogue: SourceCatalogue, learner: (Int) -> LearnerIdentifier,
        ordinal: (RecordCacheRules.Gap) -> Int = { _ in .max }
    ) async throws -> Filling {
        if gaps.isEmpty { return Filling(landed: [], error: nil) }
        var seen: Set<LearnerIdentifier> = []
        let learners = gaps.map { learner($0.learner) }
        let distinct = learners.filter { seen.insert($0).inserted }
        var paths: [FragmentPath] = []
        for gap in gaps where !paths.contains(gap.path) { paths.append(gap.path) }
        var found: [LearnerIdentifier: RecordReader.Found] = [:]
        var error: LIFError?
        do {
            found = try await reader.read(distinct, paths: paths, ownership: reader.ownership(in: catalogue))
        } catch let failure as LIFError {
            error = failure
        }
        let failure = error.map { Failure($0.reason ?? .unreachable, $0.message) }
        let landed = zip(gaps, learners).compactMap { gap, learner in
            switch found[learner] {
            case .record(let record): Self.part(gap, ordinal: ordinal(gap), record: record, failure: nil)
            case .several: Self.part(gap, ordinal: ordinal(gap), record: nil, failure: RecordReader.several)
            case .nothing, .others, nil: Self.part(gap, ordinal: ordinal(gap), record: nil, failure: failure)
            }
        }
        return Filling(landed: landed, error: error)
    }

    /// Pure.
    private static func part(
        _ gap: RecordCacheRules.Gap, ordinal: Int, record: LIFRecord?, failure: Failure?
    ) -> LandedPart? {
        let content = record?.person?.member(named: gap.path.entity).flatMap(FragmentContent.init(member:))?
            .withoutEmptyItems
        let isUnconfigured = gap.reason == .unconfigured
        if content == nil, !isUnconfigured { return nil }
        let outcome: AnswerPart.Outcome =
            content != nil ? (isUnconfigured ? .cached : .stale) : failure == nil ? .empty : .missing
        // The source that failed has its own reason; of stale data this one says only that no source vouches for it.
        let stale = Failure(.unreachable, "No source of this path could be asked.")
        return LandedPart(
            AnswerPart(
                learner: gap.learner, ordinal: ordinal, path: gap.path, sourceID: RecordCacheRules.sourceID,
                outcome: outcome, items: content?.count ?? 0, learnerKnown: record?.person != nil,
                failure: outcome == .stale ? stale : failure),
            content: content)
    }
}
