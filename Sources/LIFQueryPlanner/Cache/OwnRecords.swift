import Foundation
import LIFModel

/// Fetches the organisation's own records from its LIF Cache, as from any other source.
struct OwnRecords: Sendable {
    let reader: RecordReader
    let now: @Sendable () -> Date

    /// Asks the cache once for all keys.
    ///
    /// - Parameter keys: Pairs of `source`.
    /// - Returns: One outcome for each key, and when the cache was asked. A cache that fails is the failure of each.
    /// - Throws: `CancellationError`.
    func fetch(
        _ keys: [FragmentKey], of source: InformationSource, catalogue: SourceCatalogue
    ) async throws -> (outcomes: [(FragmentKey, Outcome)], startedAt: Date) {
        let (start, time) = (ContinuousClock.now, now())
        let ownership = reader.ownership(in: catalogue)
        var paths: Set<FragmentPath> = []
        var found: [LearnerIdentifier: RecordReader.Found] = [:]
        var failure: Failure?
        do {
            found = try await reader.read(
                Array(Set(keys.map(\.learner))), paths: keys.map(\.path).filter { paths.insert($0).inserted },
                ownership: ownership)
        } catch let error as LIFError {
            try Task.checkCancellation()
            failure = Failure(error.reason ?? .unreachable, error.message)
        }
        let duration = ContinuousClock.now - start
        let outcomes = keys.map { key in
            let result =
                failure.map(Outcome.Result.failed)
                ?? Self.result(
                    found[key.learner] ?? .nothing, at: key.path, ownership: ownership)
            return (key, Outcome(result, finishedAt: now(), duration: duration, dataTimestamp: time))
        }
        return (outcomes, time)
    }

    /// Pure.
    private static func result(
        _ found: RecordReader.Found, at path: FragmentPath, ownership: RecordOwnership
    ) -> Outcome.Result {
        let person: LIFRecord?
        switch found {
        case .several: return .failed(RecordReader.several)
        case .nothing, .others: person = nil
        case .record(let record): person = record
        }
        guard let content = person?.person.flatMap({ ownership.content(of: $0, at: path) }) else {
            return .empty(learnerKnown: person != nil)
        }
        return .data([Fragment(path: path, content: content)])
    }
}
