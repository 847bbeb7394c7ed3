package import Foundation
package import LIFJSON
package import LIFModel

extension ReceivedJobResults {
    /// Reads the document that an orchestrator sends for a plan, and gives each of the plan's parts its outcome.
    ///
    /// A result belongs to the part with the same source, adapter and learner; results of no part are ignored, and what a
    /// result holds outside its part's paths is dropped. A part without a result, or with one that says that something was
    /// left out of it, has no entry.
    ///
    /// - Parameter misstated: Is called with what the results state about themselves that cannot be, if anything
    ///   (`misstated`); their data is taken all the same.
    /// - Throws: `LIFError` `QueryParseException` with the place, when the document is not of that shape.
    package static func outcomes(
        from document: RawJSON, plan: QueryPlan, now: Date, misstated: (DocumentFaults) -> Void = { _ in }
    ) throws(LIFError) -> [Int: Outcome] {
        let received = ReceivedJobResults(document, plan: plan, now: now)
        try received.faults.check()
        if !received.misstated.isEmpty { misstated(received.misstated) }
        return received.outcomes
    }
}
