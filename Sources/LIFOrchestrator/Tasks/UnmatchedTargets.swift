import Synchronization

/// What mappings have found nothing for since the configuration was loaded, so that the process's log says it once.
final class UnmatchedTargets: Sendable {
    private struct Entry: Hashable {
        let source: String
        let target: String
    }

    private let known: Mutex<Set<Entry>> = Mutex([])

    /// Both names are the configuration's, so this stays as small as that.
    func isFirst(source: String, target: String) -> Bool {
        known.withLock { $0.insert(Entry(source: source, target: target)).inserted }
    }
}
