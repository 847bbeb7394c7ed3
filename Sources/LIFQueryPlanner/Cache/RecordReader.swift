import LIFConcurrency
import LIFModel

/// Reads learners' records out of a LIF Cache elsewhere, and finds whose each one is.
struct RecordReader: Sendable {
    /// What the cache has of one learner.
    enum Found: Sendable, Hashable {
        case record(LIFRecord)
        case nothing
        /// Only records of others, who have the same identifier at another organisation.
        case others
        /// Several records of one learner: they could be two persons'.
        case several
    }

    let cache: any RecordCache
    /// This organisation's id; `nil` when it is not configured.
    let organization: String?

    func ownership(in catalogue: SourceCatalogue) -> RecordOwnership {
        RecordOwnership(organization: organization, sources: catalogue.sources)
    }

    /// - Parameter learners: As this organisation knows them, each once.
    /// - Returns: What there is of each learner.
    /// - Throws: As `RecordCache.records(of:paths:)`, and when nothing but records of other learners came: that must not be
    ///   taken for empty.
    func read(
        _ learners: [LearnerIdentifier], paths: [FragmentPath], ownership: RecordOwnership
    ) async throws -> [LearnerIdentifier: Found] {
        try await ForeignDataExecutor.run {
            let records = try await cache.records(of: learners, paths: paths)
            return try Self.match(records, to: learners, ownership: ownership)
        }
    }

    /// A record belongs to the learner whom it names by an identifier of this organisation. One that names an asked learner
    /// by another organisation's identifier only is somebody else's, and nothing is taken of it. Pure.
    static func match(
        _ records: [LIFRecord], to learners: [LearnerIdentifier], ownership: RecordOwnership
    ) throws(LIFError) -> [LearnerIdentifier: Found] {
        let asked = Set(learners)
        var found: [LearnerIdentifier: Found] = [:]
        var strangers = 0
        for record in records {
            guard let person = record.person else { continue }
            let names = ownership.identifiers(of: person)
            if names.isDisjoint(with: asked) {
                strangers += 1
                continue
            }
            let own = ownership.ownIdentifiers(of: person)
            for learner in asked.intersection(names) {
                switch (own.contains(learner), found[learner]) {
                case (true, nil), (true, .others): found[learner] = .record(record)
                case (true, _): found[learner] = .several
                case (false, let former): found[learner] = former ?? .others
                }
            }
        }
        if strangers > 0, strangers == records.count {
            throw LIFError(
                .neighbourNotAvailable,
                "The LIF Cache is not available: its answer cannot be used: no record names a learner who was asked for.",
                blame: .source, isRetryable: true, reason: .invalidAnswer)
        }
        for learner in learners where found[learner] == nil { found[learner] = .nothing }
        return found
    }

    static let several = Failure(.invalidAnswer, "The LIF Cache has several records of this learner. Keep one of them.")
}
