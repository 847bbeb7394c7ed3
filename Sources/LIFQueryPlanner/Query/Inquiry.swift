import Foundation
import LIFModel

/// A query that has come through the door: validated, in canonical form, with what was known when it came.
struct Inquiry: Sendable {
    let query: CanonicalQuery
    let catalogue: SourceCatalogue
    let asOf: Date?
    let via: FederationPath
    /// The cache's, read before the catalogue was: an answer made with a catalogue that was replaced meanwhile is not kept.
    let generation: Int
    let startedAt: ContinuousClock.Instant

    var pages: [Question] { Question.pages(of: query, catalogue: catalogue, asOf: asOf, via: via) }

    /// The query with its fields in canonical spelling.
    var canonical: LIFQuery { LIFQuery(learners: query.learners, selectedFields: query.selectedFields) }

    /// Whether all sources that may know the learners are asked: not where no source supplies the paths, nor where the
    /// organisations on the query's way are left out.
    var couldTell: Bool { via.isDirect && query.paths.contains { !catalogue.sources(of: $0).isEmpty } }

    /// How many parts its answer has at most.
    var expectedParts: Int { query.expectedParts(from: catalogue) }
}

extension CanonicalQuery {
    func expectedParts(from catalogue: SourceCatalogue) -> Int {
        learners.count * paths.reduce(0) { $0 + catalogue.sources(of: $1).count }
    }
}
