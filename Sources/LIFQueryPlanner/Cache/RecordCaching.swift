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

    /// Whether a question has paths that no source supplies: nothing that is kept here answers them.
    func isAsked(for question: Question) -> Bool {
        question.query.paths.contains { question.catalogue.sources(of: $0).isEmpty }
    }

    /// What the cache has at paths that no source supplies.
    func unconfigured(of question: Question) async throws -> RecordCacheFallback.Filling {
        try await fill(
            RecordCacheRules.unconfigured(
                question.query.paths, learners: question.learners, catalogue: question.catalogue), of: question)
    }

    /// What the cache has where sources failed.
    ///
    /// - Parameter landed: All parts of the question. What the cache has given before is not asked for again.
    func failed(_ landed: [LandedPart], of question: Question) async throws -> RecordCacheFallback.Filling {
        let filled = landed.lazy.map(\.part).filter { $0.sourceID == RecordCacheRules.sourceID }
        let places = Set(filled.map { PartKey(learner: $0.learner, path: $0.path, sourceID: $0.sourceID) })
        let gaps = RecordCacheRules.failed(landed.map(\.part)).filter {
            !places.contains(PartKey(learner: $0.learner, path: $0.path, sourceID: RecordCacheRules.sourceID))
        }
        return try await fill(gaps, of: question)
    }

    private func fill(
        _ gaps: [RecordCacheRules.Gap], of question: Question
    ) async throws -> RecordCacheFallback.Filling {
        let places = Dictionary(uniqueKeysWithValues: zip(question.query.paths, 0...))
        return try await fallback.fill(
            gaps, catalogue: question.catalogue, learner: { question.query.learners[$0 - question.firstLearner] },
            ordinal: { Freshness.ordinal(path: places[$0.path] ?? 0, source: .max) })
    }

    /// Writes what was fetched, behind the answer.
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
