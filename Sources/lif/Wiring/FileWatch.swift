import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Tells when something changes in folders: a file that was written, moved there or removed. On systems without inotify it
/// tells nothing.
final class FileWatch: Sendable {
    /// The names of what has changed, as they come. It ends with the watch.
    let changes: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation
    /// Closed to end the thread.
    private let stop: Int32

    /// - Parameter folders: Those that do not exist are passed over.
    init(folders: Set<String>) {
        (changes, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(64))
        #if canImport(Glibc)
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else {
                stop = -1
                return
            }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            stop = ends[1]
            let inotify = inotify_init1(Int32(IN_CLOEXEC))
            let wanted = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM | IN_CREATE)
            for folder in folders where !folder.isEmpty { _ = inotify_add_watch(inotify, folder, wanted) }
            let (end, continuation) = (ends[0], continuation)
            // A thread of its own: it blocks until something changes.
            Thread.detachNewThread {
                Self.watch(inotify, until: end) { continuation.yield($0) }
                close(inotify)
                close(end)
                continuation.finish()
            }
        #else
            stop = -1
        #endif
    }

    deinit { if stop >= 0 { close(stop) } }

    #if canImport(Glibc)
        /// Returns when the other end of the pipe `end` is closed.
        private static func watch(_ inotify: Int32, until end: Int32, _ tell: (String) -> Void) {
            var buffer = [UInt8](repeating: 0, count: 16_384)
            while true {
                var waiting = [
                    pollfd(fd: inotify, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: end, events: Int16(POLLIN), revents: 0),
                ]
                guard poll(&waiting, 2, -1) >= 0 else {
                    if errno == EINTR { continue }
                    return
                }
                if waiting[1].revents != 0 { return }
                let count = read(inotify, &buffer, buffer.count)
                guard count > 0 else { return }
                names(in: buffer[..<count]).forEach(tell)
            }
        }

        /// Each event is a header whose last member is the length of the name behind it (inotify(7)).
        private static func names(in bytes: ArraySlice<UInt8>) -> [String] {
            let header = MemoryLayout<inotify_event>.size
            var names: [String] = []
            var rest = bytes
            while rest.count >= header {
                let lengthBytes = rest.dropFirst(header - 4).prefix(4)
                let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
                let name = rest.dropFirst(header).prefix(length).prefix { $0 != 0 }
                names.append(String(decoding: name, as: UTF8.self))
                rest = rest.dropFirst(header + length)
            }
            return names
        }
    #endif
}
