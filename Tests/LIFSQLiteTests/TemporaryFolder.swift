import Foundation
import Synchronization

/// A folder of its own for a test, removed with this object.
final class TemporaryFolder: Sendable {
    private static let folders = Mutex<[TemporaryFolder]>([])

    /// A folder for as long as a store may use it: an open store does not keep its folder. It is removed by `atexit`.
    static func kept() throws -> URL {
        let folder = try TemporaryFolder()
        folders.withLock { folders in
            if folders.isEmpty { atexit { TemporaryFolder.folders.withLock { $0 = [] } } }
            folders.append(folder)
        }
        return folder.url
    }

    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "lif-sqlite-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String) -> URL { url.appending(path: name) }

    func mode(of name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: file(name).path(percentEncoded: false))
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }
}
