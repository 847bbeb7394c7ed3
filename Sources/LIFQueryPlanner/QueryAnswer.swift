public import Foundation
public import LIFJSON
public import LIFModel

/// The answer to a query: one record per learner, and what became of each (path, source) pair.
public struct QueryAnswer: Sendable, Hashable {
    public struct Part: Sendable, Hashable {
        public enum Outcome: String, Sendable, Hashable {
            /// Fetched for this query.
            case fetched
            /// Kept from an earlier one, and fresh.
            case cached
            /// Expired; served because the source failed now.
            case stale
            /// The source has nothing there.
            case empty
            /// The source failed; the record lacks what it would have had.
            case missing
        }

        /// The learner's index in what was asked.
        public let learner: Int
        public let path: FragmentPath
        public let sourceID: String
        public let outcome: Outcome
        /// How many items the source contributed to the record.
        public let items: Int
        public let dataTimestamp: Date?
        public let expiresAt: Date?
        /// Why the source failed, for `missing` and `stale`.
        public let failure: Failure?
        /// How long the source took, when it was asked for this query.
        public let duration: Duration?
    }

    /// In the order asked, each learner once.
    public let records: [LIFRecord]
    public let parts: [Part]
    /// Whether any source knows one of the learners, or failed and may.
    public let mayKnowLearner: Bool

    /// What the record lacks or has only stale.
    public var gaps: [Part] { parts.filter { $0.outcome == .missing || $0.outcome == .stale } }

    /// The compatible answer: an array of the records that have data.
    public var compatibleJSON: RawJSON {
        var writer = JSONWriter(reservingCapacity: records.reduce(2) { $0 + ($1.person?.bytes.count ?? 0) + 16 })
        writer.array { writer in
            for record in records where !record.isEmpty { writer.value(record.json) }
        }
        return writer.raw
    }

    /// The native result (`application/vnd.lif.result+json`). `items` and `duration_ms` are there for people.
    public func nativeJSON(correlationID: RandomID?) -> RawJSON {
        var writer = JSONWriter(reservingCapacity: 4_096)
        writer.object { writer in
            writer.member("correlation_id", correlationID?.text)
            writer.member("learner_known", mayKnowLearner)
            writer.name("records")
            writer.array { writer in
                for record in records { writer.value(record.json) }
            }
            writer.name("parts")
            writer.array { writer in
                for part in parts { Self.write(part, to: &writer) }
            }
        }
        return writer.raw
    }

    private static func write(_ part: Part, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("learner", part.learner)
            writer.member("fragment_path", part.path.description)
            writer.member("information_source_id", part.sourceID)
            writer.member("outcome", part.outcome.rawValue)
            writer.member("items", part.items)
            writer.member("data_timestamp", part.dataTimestamp?.iso8601)
            writer.member("expires_at", part.expiresAt?.iso8601)
            writer.member("reason", part.failure?.reason.rawValue)
            if let duration = part.duration { writer.member("duration_ms", duration.inMilliseconds) }
        }
    }
}
