import Synchronization

/// What the process's log says once for each time that the configuration was loaded: what is wrong in the configuration of a
/// source is met by each of its parts.
final class ToldOnce: Sendable {
    private struct Entry: Hashable {
        let source: String
        let matter: String
    }

    private let known: Mutex<Set<Entry>> = Mutex([])

    /// - Parameter matter: Of the configuration, as is the source's name, so this stays as small as that.
    func isFirst(source: String, _ matter: String) -> Bool {
        known.withLock { $0.insert(Entry(source: source, matter: matter)).inserted }
    }
}
