import LIFModel
import Logging

/// What a question has from a LIF Cache elsewhere that fills gaps, and what the cache gets of it.
struct RecordCaching: Sendable {
    let fallback: RecordCacheFallback
    /// `nil` where it is never written.
    let writer: RecordCacheWriter?

    /// - Returns: `nil` when the cache has another role.
    init?(_ reader: RecordReader, role: RecordCacheRole?, metadata: SourceMetadataLoader, logger: Logger) {
        guard case .fallback(let isWritten) = role else { return nil }
        fallback = RecordCacheFallback(reader)
        writer =
            isWritten
            ? RecordCacheWriter(reader, catalogue: { try await metadata.catalogue() }, logger: logger) : nil
    }

    /// Where sources failed, and the cache may have something. Pure.
    ///
    /// - Parameter landed: All parts of some learners. What the cache has given before is not asked for again.
    static func failed(_ landed: [LandedPart]) -> [RecordCacheRules.Gap] {
        let filled = landed.lazy.map(\.part).filter { $0.sourceID == RecordCacheRules.sourceID }
        let places = Set(filled.map { PartKey(learner: $0.learner, path: $0.path, sourceID: $0.sourceID) })
        return RecordCacheRules.failed(landed.map(\.part)).filter {
            !places.contains(PartKey(learner: $0.learner, path: $0.path, sourceID: RecordCacheRules.sourceID))
        }
    }

    /// Asks the cache for gaps of a question.
    func fill(
        _ gaps: [RecordCacheRules.Gap], of question: Question
    ) async throws -> RecordCacheFallback.Filling {
        let places = Dictionary(uniqueKeysWithValues: zip(question.query.paths, 0...))
        return try await fallback.fill(
            gaps, catalogue: question.catalogue, learner: { question.query.learners[$0 - question.firstLearner] },
            ordinal: { Freshness.ordinal(path: places[$0.path] ?? 0, source: .max) })
    }

    /// Writes what was fetched, after the answer.
    ///
    /// Of a question that came through other planners nothing is: their own sources were left out, and a path that stands in the
    /// cache is never completed.
    func write(_ landed: [LandedPart], of question: Question) {
        guard let writer, question.via.isDirect else { return }
        for (learner, parts) in Dictionary(grouping: landed, by: \.part.learner) {
            guard parts.contains(where: { $0.part.outcome == .fetched }) else { continue }
            let ordered = parts.sorted { $0.part.ordinal < $1.part.ordinal }
            writer.write(
                RecordCacheRules.writable(ordered), of: question.query.learners[learner - question.firstLearner])
        }
    }
}
