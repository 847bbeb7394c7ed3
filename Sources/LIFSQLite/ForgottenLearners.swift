import Crypto
import Foundation
import GRDB
import LIFModel

/// A list beside the store of the learners that were forgotten, so that a restore of an older backup can forget them again.
///
/// It does not say who they are: each line has a number and a keyed hash, and the key is in the store and its backups only. It
/// stays when the store is replaced.
struct ForgottenLearners: Sendable {
    static let fileName = "forgotten"

    /// What a store knows of the list.
    struct Known {
        let key: SymmetricKey
        let number: Int64

        init(_ row: Row) throws {
            key = SymmetricKey(data: try row.bytes(0) ?? [])
            number = row[1]
        }

        /// Tells the lists of one store and its backups from those of others.
        var name: String { Self.hex(HMAC<SHA256>.authenticationCode(for: Array("list".utf8), using: key).prefix(8)) }

        func hash(_ learner: LearnerIdentifier) -> String {
            // No type token has a NUL.
            let text = Array(learner.typeToken.utf8) + [0] + Array(learner.identifier.utf8)
            return Self.hex(HMAC<SHA256>.authenticationCode(for: text, using: key))
        }

        private static func hex(_ bytes: some Sequence<UInt8>) -> String {
            bytes.map { (byte: UInt8) in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
        }
    }

    private struct Entry {
        let number: Int64
        let list: Substring
        let hash: Substring

        init?(_ line: Substring) {
            let words = line.split(separator: " ")
            guard words.count == 3, let number = Int64(words[0]) else { return nil }
            (self.number, list, hash) = (number, words[1], words[2])
        }
    }

    private let database: LIFDatabase
    private var path: String {
        URL(fileURLWithPath: database.folder.path).appending(path: Self.fileName).path(percentEncoded: false)
    }

    init(_ database: LIFDatabase) { self.database = database }

    /// Adds learners to the list, as forgotten after every state that the store has had. It is on the disk when this returns.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    func note(_ learners: Set<LearnerIdentifier>) async throws {
        let entries = try entries()
        let (known, number) = try await database.store { database in
            let known = try Self.known(database)
            let highest = Self.highest(entries, known)
            let number = max(known.number, highest) + 1
            // An older state of the store keeps its number until those that the list has beyond it are forgotten again.
            if known.number >= highest { try database.change("UPDATE forget SET number = ?", [number]) }
            return (known, number)
        }
        let lines = learners.map { "\(number) \(known.name) \(known.hash($0))\n" }.sorted().joined()
        try append(lines)
    }

    private func append(_ lines: String) throws {
        let file = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw fault("written") }
        defer { close(file) }
        // It begins with a line end: a write that was cut short may have left half a line.
        let bytes = Array("\n\(lines)".utf8)
        guard write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else { throw fault("written") }
        _ = UnfinishedFile.synchronize(database.folder.path)
    }

    /// Who is in the store and was forgotten after the state that it has.
    ///
    /// - Returns: Whom it found; `nil` when the list has nothing newer.
    /// - Throws: `LIFError` `OutputReadException`.
    func returned() async throws -> Set<LearnerIdentifier>? {
        let entries = try entries()
        if entries.isEmpty { return nil }
        return try await database.load { database in
            let known = try Self.known(database)
            let name = known.name[...]
            let newer = entries.filter { $0.number > known.number && $0.list == name }
            if newer.isEmpty { return nil }
            let hashes = Set(newer.map(\.hash))
            return try KeptLearners.all(database) { hashes.contains(known.hash($0)[...]) }
        }
    }

    /// Whether the list has learners that were forgotten in another store, which this one cannot recognise.
    func hasOthers() async throws -> Bool {
        let entries = try entries()
        let name = try await database.load { try Self.known($0).name[...] }
        return entries.contains { $0.list != name }
    }

    /// Whether there is a list.
    var exists: Bool { FileIdentity(path) != nil }

    /// Notes that everyone on the list is forgotten in this store.
    func settle() async throws {
        let entries = try entries()
        try await database.store { database in
            let highest = Self.highest(entries, try Self.known(database))
            try database.change("UPDATE forget SET number = max(number, ?)", [highest])
        }
    }

    private static func highest(_ entries: [Entry], _ known: Known) -> Int64 {
        entries.filter { $0.list == known.name[...] }.map(\.number).max() ?? 0
    }

    private func entries() throws -> [Entry] {
        guard exists else { return [] }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw fault("read") }
        return text.split(separator: "\n").compactMap(Entry.init)
    }

    static func known(_ database: Database) throws -> Known {
        guard let row = try Row.fetchOne(database, sql: "SELECT hash_key, number FROM forget") else {
            throw StorageFault.damaged("the key of the list of forgotten learners")
        }
        return try Known(row)
    }

    private func fault(_ what: String) -> LIFError {
        LIFError(
            .outputWriteException,
            "The file \"\(Self.fileName)\" in the state folder cannot be \(what) (\(String(cString: strerror(errno)))). Give "
                + "this process the right to it, and free space on its disk.", blame: .us)
    }
}
