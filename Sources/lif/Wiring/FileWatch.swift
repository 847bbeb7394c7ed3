import Foundation
import LIFConfiguration

#if canImport(Glibc)
    import Glibc
#endif

/// Tells when something changes on the way to files: one that was written, moved there or removed, or a link to it.
/// Without inotify it reports nothing.
final class FileWatch: Sendable {
    /// The names of what has changed, as they come. It ends with the watch.
    let changes: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation
    /// Closed to end the thread.
    private let stop: Int32

    /// - Parameter paths: Folders that do not exist are left out.
    init(_ paths: WatchedPaths) {
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
            // One folder under two paths has one descriptor.
            var watched: [Int32: [String]] = [:]
            for folder in paths.names.keys {
                let descriptor = inotify_add_watch(inotify, folder, wanted)
                if descriptor >= 0 { watched[descriptor, default: []].append(folder) }
            }
            for file in paths.files { _ = inotify_add_watch(inotify, file, UInt32(IN_CLOSE_WRITE)) }
            let (end, continuation, folders) = (ends[0], continuation, watched)
            // A thread of its own: it blocks until something changes.
            Thread.detachNewThread {
                Self.watch(inotify, until: end) { descriptor, name in
                    // Without a name it is a watched file, or a folder that is gone, or changes were lost.
                    let concerns =
                        name.isEmpty || folders[descriptor, default: []].contains { paths.concerns(name, in: $0) }
                    if concerns { continuation.yield(name) }
                }
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
        private static func watch(_ inotify: Int32, until end: Int32, _ tell: (Int32, String) -> Void) {
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
                for (descriptor, name) in changes(in: buffer[..<count]) { tell(descriptor, name) }
            }
        }

        /// Each event is a header, with the descriptor of the folder first and the length of the name last, and the name
        /// (inotify(7)).
        private static func changes(in bytes: ArraySlice<UInt8>) -> [(Int32, String)] {
            let header = MemoryLayout<inotify_event>.size
            var changes: [(Int32, String)] = []
            var rest = bytes
            while rest.count >= header {
                let length = Int(number(in: rest.dropFirst(header - 4)))
                let name = rest.dropFirst(header).prefix(length).prefix { $0 != 0 }
                changes.append((Int32(bitPattern: number(in: rest)), String(decoding: name, as: UTF8.self)))
                rest = rest.dropFirst(header + length)
            }
            return changes
        }

        private static func number(in bytes: ArraySlice<UInt8>) -> UInt32 {
            bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
    #endif
}
