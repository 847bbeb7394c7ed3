import Foundation
import LIFModel

/// A page of a query, with everything that decides what it means now.
struct Question: Sendable {
    /// How many learners one page has: what is worked on in memory at a time.
    static let learnersPerPage = 100

    /// With the learners of the page only.
    let query: CanonicalQuery
    /// The index of its first learner in what was asked.
    let firstLearner: Int
    let catalogue: SourceCatalogue
    let asOf: Date?
    let via: FederationPath

    var learners: Range<Int> { firstLearner..<firstLearner + query.learners.count }

    /// The pages of a query, in the order asked.
    static func pages(
        of query: CanonicalQuery, catalogue: SourceCatalogue, asOf: Date?, via: FederationPath
    ) -> [Question] {
        stride(from: 0, to: query.learners.count, by: learnersPerPage).map { first in
            let learners = query.learners[first..<min(first + learnersPerPage, query.learners.count)]
            return Question(
                query: CanonicalQuery(learners: Array(learners), paths: query.paths, projection: query.projection),
                firstLearner: first, catalogue: catalogue, asOf: asOf, via: via)
        }
    }

    /// The same learners' page of the same query, as another catalogue has its fields.
    func asked(of catalogue: SourceCatalogue, _ whole: CanonicalQuery) -> Question {
        Question(
            query: CanonicalQuery(learners: query.learners, paths: whole.paths, projection: whole.projection),
            firstLearner: firstLearner, catalogue: catalogue, asOf: asOf, via: via)
    }

    /// As `Inquiry.couldTell`.
    var couldTell: Bool { via.isDirect && query.paths.contains { !catalogue.sources(of: $0).isEmpty } }
}
