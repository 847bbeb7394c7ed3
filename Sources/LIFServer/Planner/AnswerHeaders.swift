import Foundation
import HTTPTypes
import LIFQueryPlanner

/// What the head of an answer says of its data.
enum AnswerHeaders {
    /// `Age` (RFC 9111, 5.1): of the oldest data in the answer.
    static func age(_ oldest: Date?) -> HTTPFields {
        guard let oldest else { return [:] }
        return [.age: String(Int(max(0, Date().timeIntervalSince(oldest))))]
    }

    /// Of a compatible answer: its age, and what it lacks.
    static func compatible(oldest: Date?, gaps: [AnswerPart]) -> HTTPFields {
        var headers = age(oldest)
        if let missing = MissingHeader.value(gaps) { headers[LIFField.missing] = missing }
        return headers
    }
}
