import Synchronization

/// The watch on the folders of the configuration, which may change with it.
final class WatchedFolders: Sendable {
    private struct State {
        var folders: Set<String> = []
        var watch: FileWatch?
        var listening: Task<Void, Never>?
    }

    private let state = Mutex(State())

    deinit { state.withLock { $0.listening?.cancel() } }

    /// Watches these folders from now on, and no others.
    func watch(_ folders: Set<String>, _ changed: @escaping @Sendable () -> Void) {
        state.withLock { state in
            guard state.folders != folders else { return }
            state.listening?.cancel()
            let watch = FileWatch(folders: folders)
            state.folders = folders
            state.watch = watch
            let changes = watch.changes
            // Lives as long as the watch.
            state.listening = Task {
                for await name in changes where !Self.isOurs(name) { changed() }
            }
        }
    }

    /// The store lies in a folder of the configuration by default, and changes all the time.
    private static func isOurs(_ name: String) -> Bool {
        name.hasPrefix("lif.sqlite") || name == "lif.log" || name.hasSuffix(".pid") || name.hasSuffix(".lock")
            || name == "lif-state"
    }
}
