public import Foundation
import LIFComposer
public import LIFJSON
public import LIFModel

/// The answer to a query: one record per learner, and what became of each (path, source) pair.
public struct QueryAnswer: Sendable, Hashable {
    /// In the order asked, each learner once.
    public let records: [LIFRecord]
    /// By learner, then in the order in which they stand in a record.
    public let parts: [AnswerPart]
    /// Whether any source knows one of the learners, or failed and may.
    public let mayKnowLearner: Bool

    /// Puts the answer together from what has landed. Pure.
    ///
    /// - Parameter couldTell: Whether all sources that may know the learner could have said so.
    init(_ query: CanonicalQuery, landed: [LandedPart], couldTell: Bool) {
        let landed = landed.sorted { ($0.part.learner, $0.part.ordinal) < ($1.part.learner, $1.part.ordinal) }
        records = RecordAssembly.records(
            of: 0..<query.learners.count, from: landed, projection: query.projection)
        parts = landed.map(\.part)
        // Where no source supplies the paths, none could say; where none is to be asked about the learner, none knows.
        mayKnowLearner = !couldTell || parts.contains(where: \.mayKnowLearner)
    }

    /// What the record lacks or has only stale.
    public var gaps: [AnswerPart] { parts.filter(\.isGap) }

    /// When the oldest data in it was fetched; `nil` when it has none.
    public var oldestData: Date? { parts.lazy.compactMap(\.storedAt).min() }

    /// The compatible answer: an array of the records that have data.
    public var compatibleJSON: RawJSON {
        var writer = JSONWriter(reservingCapacity: records.reduce(2) { $0 + ($1.person?.bytes.count ?? 0) + 16 })
        writer.array { writer in
            for record in records where !record.isEmpty { writer.value(record.json) }
        }
        return writer.raw
    }

    /// The native result (`application/vnd.lif.result+json`).
    public func nativeJSON(correlationID: RandomID?) -> RawJSON {
        var result = NativeResult()
        var bytes = Array(result.head(correlationID: correlationID, mayKnowLearner: mayKnowLearner))
        bytes += result.records(records)
        bytes += result.startParts()
        bytes += result.parts(parts)
        bytes += result.end
        return RawJSON(unchecked: bytes[...])
    }
}

extension JSONWriter {
    /// A part as a native result names it.
    public mutating func value(_ part: AnswerPart) {
        object { writer in writer.members(of: part) }
    }

    /// Writes the members of a part into an object that the caller has begun.
    ///
    /// Times are in ISO 8601, the duration is in whole milliseconds; `duration_ms` is left out where the source was not asked.
    public mutating func members(of part: AnswerPart) {
        member("learner", part.learner)
        member("fragment_path", part.path.description)
        member("information_source_id", part.sourceID)
        member("outcome", part.outcome.rawValue)
        member("items", part.items)
        member("data_timestamp", part.dataTimestamp?.iso8601)
        member("expires_at", part.expiresAt?.iso8601)
        member("reason", part.reason)
        if let duration = part.duration { member("duration_ms", duration.inMilliseconds) }
    }
}
