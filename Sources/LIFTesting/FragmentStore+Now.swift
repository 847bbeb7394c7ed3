import Foundation
public import LIFQueryPlanner

extension FragmentStore {
    /// Writes with a clock of which nothing is ahead.
    public func write(_ fragments: [StoredFragment]) async throws { try await write(fragments, now: .distantFuture) }
}
