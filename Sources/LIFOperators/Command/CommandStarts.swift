import LIFConcurrency
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Lets commands of this process start one after another, and only while file descriptors are left.
///
/// Starting many at once gains nothing (the subprocess library starts them on one thread) and opens the descriptors of
/// all of them early. Without descriptors the library may trap or wait for ever, so they are counted before.
enum CommandStarts {
    /// A turn is short (milliseconds).
    static let turns = TaskSemaphore(places: 1)

    /// More than one start opens: two pipes, the process, the directory, and `/dev/null`s.
    private static let needed = 16

    /// Whether as many descriptors are left as one start needs.
    static func haveDescriptors(like descriptor: FileDescriptor) -> Bool {
        var taken: [Int32] = []
        defer { for descriptor in taken { close(descriptor) } }
        for _ in 0..<needed {
            let duplicate = fcntl(descriptor.rawValue, F_DUPFD_CLOEXEC, 0)
            guard duplicate >= 0 else { return false }
            taken.append(duplicate)
        }
        return true
    }
}
