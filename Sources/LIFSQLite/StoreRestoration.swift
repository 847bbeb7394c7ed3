import Foundation
import GRDB
import LIFModel

/// Replaces the store of a folder that no process uses.
struct StoreRestoration {
    private static let asideName = LIFDatabase.fileName + ".before-restore"

    private let folder: StateFolder

    init(_ folder: StateFolder) { self.folder = folder }

    /// - Returns: Where the former store is kept; `nil` when there was none.
    func restore(_ backup: String) throws(LIFError) -> URL? {
        // Held until the end: nobody opens the store meanwhile.
        guard let lock = StoreLock(excluding: folder.path), !ProcessLeases.isAnyoneAlive(in: folder.path) else {
            throw LIFError(
                .configurationNotValid,
                "A process has the store in \"\(folder.path)\" open. Stop all processes on this folder (`lif stop`), and "
                    + "restore then.", blame: .us)
        }
        defer { lock.release() }
        removeUnfinished()
        let source = try Self.source(backup, insteadOf: folder.file)
        let copy = try UnfinishedFile(for: folder.file)
        try Self.copy(source, to: copy.path)
        try StoreCopy(copy.path).check()
        let aside = try moveAside()
        do {
            try copy.finish(replacing: true)
        } catch {
            if let aside, FileIdentity(folder.file) == nil { rename(aside, folder.file) }
            throw error
        }
        return aside.map { URL(fileURLWithPath: $0) }
    }

    /// Removes what a restore that was killed has left. Nobody else restores now.
    private func removeUnfinished() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        where UnfinishedFile.isName(name, of: LIFDatabase.fileName) {
            try? FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
        }
    }

    /// - Returns: The path of the file itself, after any symbolic links: the copy is to be a file, not a link.
    private static func source(_ backup: String, insteadOf store: String) throws(LIFError) -> String {
        guard let identity = FileIdentity(backup) else {
            throw LIFError(
                .configurationNotValid, "There is no file \"\(backup)\". Give a file that `lif backup` has made.")
        }
        if identity == FileIdentity(store) {
            throw LIFError(.configurationNotValid, "The file \"\(backup)\" is the store itself. Give a backup of it.")
        }
        let file = URL(fileURLWithPath: backup).resolvingSymlinksInPath().path(percentEncoded: false)
        for suffix in ["", "-wal"] where FileIdentity(file + suffix) != nil && !isRegularFile(file + suffix) {
            throw LIFError(
                .configurationNotValid,
                "\"\(backup + suffix)\" is not a file but a folder or a device. Give a file that `lif backup` has made."
            )
        }
        return file
    }

    private static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Copies a file, and its WAL when there is one: then it is of a store whose processes have died.
    private static func copy(_ backup: String, to path: String) throws(LIFError) {
        do {
            for suffix in ["", "-wal"] where FileIdentity(backup + suffix) != nil {
                unlink(path + suffix)
                try FileManager.default.copyItem(atPath: backup + suffix, toPath: path + suffix)
                chmod(path + suffix, 0o600)
            }
        } catch {
            throw LIFError(
                .configurationNotValid,
                "The file \"\(backup)\" cannot be copied. May this process read it, and is there room in the state folder?",
                blame: .us, cause: error)
        }
    }

    /// Gives the former store a second name, under which it stays. Its WAL is copied into it before that, and is gone when
    /// the new one comes: SQLite would else take it for the new one's.
    ///
    /// - Returns: Its second name.
    private func moveAside() throws(LIFError) -> String? {
        guard FileIdentity(folder.file) != nil else {
            for suffix in ["-wal", "-shm"] { unlink(folder.file + suffix) }
            return nil
        }
        let aside = freeName()
        let isOneFile = isSettled()
        guard
            isOneFile
                ? link(folder.file, aside) == 0 || rename(folder.file, aside) == 0 : rename(folder.file, aside) == 0
        else {
            throw LIFError(
                .configurationNotValid,
                "The former store cannot be moved to \"\(aside)\" (\(String(cString: strerror(errno)))). Give this process "
                    + "the right to write in the state folder.", blame: .us)
        }
        // Of a store that cannot be opened the WAL may be what helps.
        if !isOneFile { rename(folder.file + "-wal", aside + "-wal") }
        for suffix in ["-wal", "-shm"] { unlink(folder.file + suffix) }
        return aside
    }

    private func freeName() -> String {
        let first = URL(fileURLWithPath: folder.file).deletingLastPathComponent().appending(path: Self.asideName)
            .path(percentEncoded: false)
        var (name, number) = (first, 1)
        while FileIdentity(name) != nil {
            number += 1
            name = "\(first)-\(number)"
        }
        return name
    }

    /// - Returns: Whether all that the store holds is in its file.
    private func isSettled() -> Bool {
        guard let queue = try? DatabaseQueue(path: folder.file),
            (try? queue.writeWithoutTransaction({ _ = try $0.checkpoint(.truncate) })) != nil
        else { return FileIdentity(folder.file + "-wal") == nil }
        try? queue.close()
        return true
    }
}

extension ProcessLeases {
    /// Whether any process holds a lease in a state folder.
    static func isAnyoneAlive(in folder: String) -> Bool {
        let processes = "\(folder)/\(folderName)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: processes)) ?? []
        return names.contains { $0.hasSuffix(suffix) && PeerWatch("\(processes)/\($0)")?.isFree == false }
    }
}
