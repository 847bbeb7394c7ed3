import Foundation
import LIFModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One file, open for reading.
final class SourceFile {
    /// Tells one state of a file from another.
    struct Version: Sendable, Hashable {
        let device: UInt64
        let inode: UInt64
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        var modifiedAt: Date { Date(timeIntervalSince1970: Double(seconds) + Double(nanoseconds) / 1e9) }
    }

    let version: Version
    private let descriptor: Int32

    /// Takes over the descriptor.
    ///
    /// - Throws: `OperatorException` when it is no file, or with reason `answer-too-large`.
    init(descriptor: Int32, maximumBytes: Int) throws(LIFError) {
        let version: Version
        do throws(LIFError) {
            guard let found = Version(descriptor) else {
                throw LIFError.source(
                    .sourceError,
                    "Where this source's file should be there is a folder, or something else that is no file.")
            }
            guard found.size <= maximumBytes else {
                throw LIFError.source(
                    .answerTooLarge, "A file of this source is larger than the \(maximumBytes) bytes that are allowed.")
            }
            version = found
        } catch {
            close(descriptor)
            throw error
        }
        self.version = version
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The bytes of the file, all of one state. To be read once.
    ///
    /// - Throws: `OperatorException`, retryable when the file changed while it was read.
    func contents(checkCancellation: () throws -> Void) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(version.size + 1)
        // One byte more than there should be shows whether it has grown.
        while bytes.count <= version.size {
            try checkCancellation()
            let chunk = try chunk(of: min(1 << 20, version.size + 1 - bytes.count))
            if chunk.isEmpty { break }
            bytes += chunk
        }
        guard Version(descriptor) == version, bytes.count == version.size else {
            throw LIFError.source(
                .sourceError, "A file of this source changed while it was read.", isRetryable: true,
                isAboutRequest: true)
        }
        return bytes
    }

    private func chunk(of size: Int) throws(LIFError) -> [UInt8] {
        var failure: Int32 = 0
        let chunk = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            repeat {
                let taken = read(descriptor, buffer.baseAddress, size)
                failure = taken < 0 ? errno : 0
                count = max(taken, 0)
            } while failure == EINTR
        }
        if failure != 0 { throw FileFailure.unreadable("A file of this source", failure, isOneFile: true) }
        return chunk
    }
}

extension SourceFile.Version {
    /// - Returns: `nil` when it is no regular file.
    fileprivate init?(_ descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        #if canImport(Darwin)
            let modified = status.st_mtimespec
        #else
            let modified = status.st_mtim
        #endif
        self.init(
            device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino),
            size: Int(status.st_size), seconds: modified.tv_sec, nanoseconds: modified.tv_nsec)
    }
}

extension [UInt8] {
    /// The bytes of a text without the mark that some editors put before UTF-8.
    var withoutByteOrderMark: [UInt8] { starts(with: [0xEF, 0xBB, 0xBF]) ? Array(dropFirst(3)) : self }
}
