import Foundation
import LIFModel

/// Fetches the organisation's own records from its LIF Cache, as from any other source.
struct OwnRecords: Sendable {
    let reader: RecordReader
    let now: @Sendable () -> Date

    /// Asks the cache once for all keys.
    ///
    /// - Parameter keys: Pairs of `source`.
    /// - Returns: One outcome for each key. A cache that fails is the failure of each.
    /// - Throws: `CancellationError`.
    func fetch(
        _ keys: [FragmentKey], of source: InformationSource, catalogue: SourceCatalogue
    ) async throws -> [FetchRegistry.Fetched] {
        let (start, time) = (ContinuousClock.now, now())
        let ownership = reader.ownership(in: catalogue)
        var paths: Set<FragmentPath> = []
        let found: Result<[LearnerIdentifier: RecordReader.Found], Failure>
        do {
            found = .success(
                try await reader.read(
                    Array(Set(keys.map(\.learner))), paths: keys.map(\.path).filter { paths.insert($0).inserted },
                    ownership: ownership))
        } catch let error as LIFError {
            try Task.checkCancellation()
            found = .failure(Failure(error.reason ?? .unreachable, error.message))
        }
        let duration = ContinuousClock.now - start
        return keys.map { key in
            let result: Result<StoredFragment, Failure> = found.flatMap { found in
                Self.fragment(key, in: found[key.learner] ?? .nothing, ownership: ownership, at: time, source.origin)
            }
            return FetchRegistry.Fetched(key: key, result: result, duration: duration, error: nil)
        }
    }

    /// Pure.
    private static func fragment(
        _ key: FragmentKey, in found: RecordReader.Found, ownership: RecordOwnership, at time: Date, _ origin: String
    ) -> Result<StoredFragment, Failure> {
        let person: LIFRecord?
        switch found {
        case .several: return .failure(RecordReader.several)
        case .nothing, .others: person = nil
        case .record(let record): person = record
        }
        return .success(
            StoredFragment(
                key: key, content: person?.person.flatMap { ownership.content(of: $0, at: key.path) },
                learnerKnown: person != nil, storedAt: time, dataTimestamp: time, origin: origin))
    }
}
