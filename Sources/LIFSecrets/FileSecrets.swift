import Foundation
import LIFModel

/// A folder with one secret in each file, as container platforms mount them.
///
/// A secret is the content of the file of exactly its name, in UTF-8, without one line end after it. Links are followed:
/// a mounted Kubernetes secret is a tree of them. A name with `/`, or with a dot in front, is none of a file here.
public struct FileSecrets: SecretSource {
    /// The most bytes that a file may have.
    public static let maximumBytes = 64 << 10

    private let folder: String

    /// `files in` and the folder's path.
    public var name: String { "files in \(folder)" }

    /// A source over a folder, which is looked at each time a secret is asked for.
    public init(folder: String) { self.folder = folder }

    /// Reads the file of that name; `nil` when there is none or it is empty.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid` when the folder is not there, or the file is no regular one, is not UTF-8, is
    ///   longer than ``maximumBytes``, or may not be read.
    public func secret(named name: String) async throws -> String? {
        guard Self.isFileName(name) else { return nil }
        // A pipe would otherwise be waited for.
        let file = open("\(folder)/\(name)", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return try noFile(name, error: errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw unreadable(name, "It is no regular file. Mount one file for each secret")
        }
        guard let text = String(validating: try content(of: file, name: name), as: UTF8.self) else {
            throw unreadable(name, "It is not UTF-8. A secret is text; write one that is not in base64")
        }
        let secret = Self.withoutLineEnd(text)
        return secret.isEmpty ? nil : secret
    }

    private static func isFileName(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }

    private static func withoutLineEnd(_ text: String) -> String {
        // "\r\n" is one character.
        text.last == "\n" || text.last == "\r\n" ? String(text.dropLast()) : text
    }

    private func content(of file: Int32, name: String) throws(LIFError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: Self.maximumBytes + 1)
        var count = 0
        while count < buffer.count {
            let step = buffer.withUnsafeMutableBytes {
                read(file, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if step < 0, errno == EINTR { continue }
            guard step >= 0 else { throw unreadable(name, "Reading failed (system error \(errno))", isRetryable: true) }
            if step == 0 { break }
            count += step
        }
        guard count <= Self.maximumBytes else {
            throw unreadable(name, "It is longer than \(Self.maximumBytes) bytes. A secret is shorter")
        }
        return Array(buffer[..<count])
    }

    /// What it means that a file cannot be opened: that there is none, if there is a folder.
    private func noFile(_ file: String, error: Int32) throws(LIFError) -> String? {
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .secretSource(
                name, "The folder does not exist, or is none, or may not be entered. Mount it, or correct its path")
        }
        switch error {
        case ENOENT, ENAMETOOLONG:
            return nil
        case EACCES, EPERM:
            throw unreadable(file, "This process may not read it. Check its owner and mode")
        default:
            throw unreadable(
                file, "It cannot be opened (system error \(error))", isRetryable: [EIO, EMFILE, ENFILE].contains(error))
        }
    }

    private func unreadable(_ file: String, _ reason: String, isRetryable: Bool = false) -> LIFError {
        .secretSource(name, "The file \"\(file)\" cannot be read. \(reason)", isRetryable: isRetryable)
    }
}
