/// What an orchestrator's word for the status of a run means. Pure.
///
/// The deployed contract has four words. An orchestrator in front of an engine may pass on the engine's own: those of Dagster
/// and Airflow are known here too.
enum RemoteRunStatus: Sendable, Hashable {
    case unfinished
    case completed
    case failed
    /// Nobody works on it any more.
    case canceled
    /// No word that is known; it may be the engine's for a moment between two others.
    case unknown

    init(_ word: String) {
        let word = word.uppercased().replacing("-", with: "_").replacing(" ", with: "_")
        self = Self.known.first { $0.value.contains(word) }?.key ?? .unknown
    }

    private static let known: [RemoteRunStatus: Set<String>] = [
        .unfinished: [
            "STARTING", "RUNNING", "STARTED", "QUEUED", "PENDING", "NOT_STARTED", "MANAGED", "SCHEDULED", "RESTARTING",
            "DEFERRED", "UP_FOR_RETRY", "UP_FOR_RESCHEDULE",
        ],
        .completed: ["COMPLETED", "SUCCESS"],
        .failed: ["FAILED", "FAILURE", "UPSTREAM_FAILED"],
        .canceled: ["CANCELED", "CANCELLED", "CANCELING", "CANCELLING"],
    ]

    /// A word as it may stand in a sentence: of the bytes that statuses are made of, and not long.
    static func shown(_ word: String) -> String {
        let text = String(word.prefix(40).filter { $0.isASCII && ($0.isLetter || $0.isNumber || "_- ".contains($0)) })
        return text.isEmpty ? "a word of other characters" : text
    }

    /// The word in the sentence of a deployed orchestrator that its engine has one that it cannot map to one of the four:
    /// `Unmapped status 'CANCELED' from …`, with status 404.
    static func unmapped(in detail: String) -> String? {
        let parts = detail.prefix(200).split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased().hasSuffix("unmapped status ") else { return nil }
        return String(parts[1])
    }
}
