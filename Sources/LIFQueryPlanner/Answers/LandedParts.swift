import LIFModel
import Synchronization

/// What has landed of a query that is on its way.
final class LandedParts: Sendable {
    private let parts: Mutex<[LandedPart]> = Mutex([])

    var all: [LandedPart] { parts.withLock { $0 } }

    func append(_ landed: [LandedPart]) { parts.withLock { $0 += landed } }
}
