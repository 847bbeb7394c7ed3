import Foundation
import LIFModel

/// Since when what is kept of the organisation's own records is outdated: of one learner, or of all. Pure.
///
/// It is kept as fragments that no query can name, so that every planner on a store knows it, and what another one fetched
/// before the change and writes after it is not used either.
enum OwnRecordChanges {
    /// No entity has an empty name.
    private static let path = FragmentPath(entity: "")
    /// No learner's type is empty.
    private static let everybody = LearnerIdentifier(identifier: "*", identifierType: "")

    /// What says that records have changed.
    ///
    /// - Parameter learners: `nil` for all.
    static func marks(of learners: Set<LearnerIdentifier>?, at time: Date) -> [StoredFragment] {
        (learners ?? [everybody]).map { learner in
            StoredFragment(
                key: key(learner), content: nil, learnerKnown: true, storedAt: time, dataTimestamp: nil,
                origin: "outdated")
        }
    }

    /// Where it stands whether what is kept at the keys is outdated; empty when none is of own records.
    static func keys(for keys: [FragmentKey]) -> [FragmentKey] {
        let learners = Set(keys.lazy.filter { $0.sourceID == RecordCacheRules.sourceID }.map(\.learner))
        return learners.isEmpty ? [] : learners.union([everybody]).map(key)
    }

    /// What is still of use of what was read together with the marks.
    static func current(_ read: [FragmentKey: StoredFragment]) -> [FragmentKey: StoredFragment] {
        read.filter { key, fragment in
            if key.sourceID != RecordCacheRules.sourceID { return true }
            if key.path == path { return false }
            return time(of: key.learner, in: read).map { fragment.storedAt >= $0 } ?? true
        }
    }

    /// When the records of the keys were last changed; keys of records of which no change is known are absent.
    ///
    /// - Parameter read: What was read at `keys(for:)`.
    static func times(of keys: [FragmentKey], marks read: [FragmentKey: StoredFragment]) -> [FragmentKey: Date] {
        var times: [FragmentKey: Date] = [:]
        for key in keys where key.sourceID == RecordCacheRules.sourceID { times[key] = time(of: key.learner, in: read) }
        return times
    }

    private static func time(of learner: LearnerIdentifier, in read: [FragmentKey: StoredFragment]) -> Date? {
        [read[key(everybody)]?.storedAt, read[key(learner)]?.storedAt].compactMap(\.self).max()
    }

    private static func key(_ learner: LearnerIdentifier) -> FragmentKey {
        FragmentKey(sourceID: RecordCacheRules.sourceID, learner: learner, path: path)
    }
}
