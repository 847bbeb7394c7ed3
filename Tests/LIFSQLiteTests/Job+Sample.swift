import Foundation
import LIFModel
import LIFWorkflow

extension Job {
    static let sampleLearner = LearnerIdentifier(identifier: "100001", identifierType: "SCHOOL_NUMBER")

    /// A job of one part.
    static func sample(
        key: String? = nil, source: String = "org1", at seconds: Double = 0, holder: HolderID = HolderID()
    ) -> Job {
        let part = QueryPlanPart(
            informationSourceID: source, adapterID: "a", learner: sampleLearner,
            fragmentPaths: [FragmentPath(entity: "Name")])
        return Job(
            submission: JobSubmission(plan: QueryPlan(parts: [part]), idempotencyKey: key),
            acceptedAt: Date(timeIntervalSinceReferenceDate: seconds), holder: holder)
    }
}
