import LIFModel

/// At least one outcome or stale fragment is an answer; none at all is none. Pure.
enum Availability {
    /// Why a query has no answer at all; `nil` when it has one.
    ///
    /// - Parameters:
    ///   - parts: All parts of the answer, or as many as are to be named.
    ///   - refusal: Why a plan could not be run, where one could not.
    static func fault(of parts: [AnswerPart], refusal: LIFError?) -> LIFError? {
        guard !parts.isEmpty, parts.allSatisfy({ $0.outcome == .missing }) else { return nil }
        if let refusal { return refusal }
        let causes = Set(parts.compactMap(\.failure?.reason))
        // What only the configuration can change does not pass by itself.
        let isFinal = causes.allSatisfy(\.isOfConfiguration)
        let advice = isFinal ? "Their configuration must be completed." : "Try again later."
        var reasons: [String] = []
        for part in parts.sorted(by: { ($0.learner, $0.ordinal) < ($1.learner, $1.ordinal) }) {
            let reason = "\(part.sourceID) (\(part.failure?.reason.rawValue ?? "unknown"))"
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        return LIFError(
            .sourcesNotAvailable,
            "None of the sources could be reached and nothing is cached: \(reasons.joined(separator: ", ")). \(advice)",
            blame: .source, isRetryable: !isFinal, isFinal: isFinal)
    }
}
