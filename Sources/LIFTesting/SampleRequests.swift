import Foundation
import LIFJSON
import LIFModel
import LIFQueryPlanner

/// Asynchronous queries and parts of their answers for conformance suites.
enum SampleRequests {
    static let learners = [
        LearnerIdentifier(identifier: "e\u{301} \"'\u{1F600}", identifierType: "School-assigned number"),
        LearnerIdentifier(identifier: "2", identifierType: "OTHER"),
    ]

    static func date(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_800_000_000.125 + seconds) }

    static func request(
        of learners: [LearnerIdentifier] = learners, at seconds: Double = 0, holder: HolderID = HolderID(),
        fence: Int = 1
    ) -> ProcessedRequest {
        ProcessedRequest(
            query: LIFQuery(learners: learners, selectedFields: ["Person.Name", "Person.Contact.Email"]),
            asOf: date(seconds - 1), via: ["org \"1\"", "é"], expectedParts: 12, acceptedAt: date(seconds),
            holder: holder, fence: fence)
    }

    /// A part with as many items as its data has.
    static func part(
        learner: Int = 0, ordinal: Int = 0, _ entity: String = "Name", source: String = "org1",
        outcome: AnswerPart.Outcome = .fetched, storedAt: Double? = 1, learnerKnown: Bool = true, items: String? = nil
    ) throws -> LandedPart {
        let array = try items.map { try RawJSON(validating: Array($0.utf8)) }
        let content = array.map { FragmentContent(items: $0, count: $0.elements.count, isScalar: false) }
        return LandedPart(
            AnswerPart(
                learner: learner, ordinal: ordinal, path: FragmentPath(entity: entity), sourceID: source,
                outcome: outcome, items: content?.count ?? 0, learnerKnown: learnerKnown,
                storedAt: storedAt.map(date)),
            content: content)
    }

    /// One part of each outcome, with all that a part may have.
    static func allOutcomes() throws -> [LandedPart] {
        let failure = Failure(.timeout, "It says \"late\".", attempts: 3)
        let scalar = FragmentContent(items: try RawJSON(validating: Array(#"["org1"]"#.utf8)), count: 1, isScalar: true)
        return [
            try part(items: #"[{"given":"é é \u00e9","n":1.0},{"n":1e2}]"#),
            LandedPart(
                AnswerPart(
                    learner: 0, ordinal: 1, path: FragmentPath(entity: "informationSourceId"), sourceID: "org 1",
                    outcome: .cached, items: 0, storedAt: date(0.125), dataTimestamp: date(-9), expiresAt: date(99)),
                content: scalar),
            LandedPart(
                AnswerPart(
                    learner: 0, ordinal: 2, path: FragmentPath(entity: "Contact"), sourceID: "org1", outcome: .stale,
                    items: 1, storedAt: date(-50), failure: failure, duration: .nanoseconds(1_500_000_001)),
                content: FragmentContent(items: try RawJSON(validating: Array("[1]".utf8)), count: 1, isScalar: false)),
            try part(ordinal: 3, "Narrative", outcome: .empty, learnerKnown: false),
            LandedPart(
                AnswerPart(
                    learner: 0, ordinal: 4, path: FragmentPath(entity: "Name"), sourceID: "org2", outcome: .missing,
                    learnerKnown: false, failure: failure, duration: .zero),
                content: nil),
        ]
    }
}
