public import Foundation
import GRDB
public import LIFModel

extension LIFDatabase {
    /// Writes a copy of the store into one file, for its owner only (0600): one state of it, whatever processes write
    /// meanwhile, and they are not held up. The copy is checked and is on the disk when this returns; before that there is
    /// no file of that name, or the former one.
    ///
    /// - Parameter overwriting: Whether a file of that name may be replaced.
    /// - Throws: `LIFError` `ConfigurationNotValid` when the file is there or cannot be written, and for the store's own;
    ///   `OutputReadException` when the store is damaged; `OutputWriteException`, as when the disk of the copy is full.
    public func backup(to file: URL, overwriting: Bool = false) async throws {
        let path = file.path(percentEncoded: false)
        if self.file.isAt(path) {
            throw LIFError(.configurationNotValid, "A backup cannot replace the store itself. Choose another file.")
        }
        if !overwriting, FileIdentity(path) != nil { throw UnfinishedFile.exists(path) }
        let copy = try UnfinishedFile(for: path)
        do {
            try await read { source in
                let target = try DatabaseQueue(path: copy.path)
                try target.writeWithoutTransaction { try source.backup(to: $0) }
                try target.close()
            }
        } catch let error as LIFError {
            throw error
        } catch {
            throw StorageFault.writing(error)
        }
        try StoreCopy(copy.path).check()
        try copy.finish(replacing: overwriting)
    }

    /// Puts a backup in the place of a folder's store. Blocks until that is done.
    ///
    /// The backup is copied and checked first, and stays as it is. What was accepted in it and has not ended goes on with
    /// the next process on the folder. At each moment the folder has the former store or the new one.
    ///
    /// - Returns: Where the former store is kept; `nil` when there was none.
    /// - Throws: `LIFError` `ConfigurationNotValid` when any process has the store open, and for a file that is no backup,
    ///   is damaged, or was made by a version that this one does not know.
    public static func restore(from backup: URL, to folder: URL) throws(LIFError) -> URL? {
        let mounts = try? String(contentsOfFile: NetworkFileSystem.mountList, encoding: .utf8)
        let state = StateFolder(folder)
        try state.prepareFolder(mounts: mounts ?? "")
        return try StoreRestoration(state).restore(backup.path(percentEncoded: false))
    }
}
