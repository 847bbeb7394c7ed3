import Foundation
package import LIFQueryPlanner

extension FragmentStore {
    /// Writes with a clock of which nothing is ahead.
    package func write(_ fragments: [StoredFragment]) async throws { try await write(fragments, now: .distantFuture) }
}
