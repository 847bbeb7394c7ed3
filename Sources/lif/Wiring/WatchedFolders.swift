import LIFConcurrency
import LIFConfiguration
import Synchronization

/// The watch on the files of the configuration, which may change with it.
final class WatchedFolders: Sendable {
    private struct State {
        var watch: FileWatch?
        /// Ended when it is replaced, or the watch is over.
        var listening: TaskBag<Int>?
    }

    private let state = Mutex(State())

    /// Watches these files from now on, and no others. Links are followed as they are now, so call it after each change.
    func watch(_ paths: ConfigurationPaths, _ changed: @escaping @Sendable () -> Void) {
        let watch = FileWatch(WatchedPaths(files: paths.files, folders: paths.folders))
        state.withLock { state in
            let (listening, changes) = (TaskBag<Int>(), watch.changes)
            listening.start {
                for await name in changes where !Self.isOurs(name) { changed() }
            }
            state.watch = watch
            state.listening = listening
        }
    }

    /// The store lies in a folder of the configuration by default, and changes all the time.
    private static func isOurs(_ name: String) -> Bool {
        name.hasPrefix("lif.sqlite") || name == "lif.log" || name.hasSuffix(".pid") || name.hasSuffix(".lock")
            || name == "lif-state"
    }
}
