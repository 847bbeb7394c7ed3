import LIFModel
import Synchronization

/// Keeps the tables that hold everybody, so that each state of a file is read once. Bounded by bytes: the tables used
/// longest ago go first.
final class CSVTableCache: Sendable {
    private struct Entry {
        let version: SourceFile.Version
        let table: CSVTable
        var usedAt: UInt64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var clock: UInt64 = 0
    }

    private let maximumBytes: Int
    private let state = Mutex(State())

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    /// The table of a file, if it is kept and the file has not changed.
    func table(_ name: String, version: SourceFile.Version) -> CSVTable? {
        state.withLock { state in
            guard let entry = state.entries[name], entry.version == version else { return nil }
            state.clock += 1
            state.entries[name]?.usedAt = state.clock
            return entry.table
        }
    }

    /// Keeps the table, instead of an earlier one of the file. The newest stays whatever its size.
    func keep(_ table: CSVTable, _ name: String, version: SourceFile.Version) {
        state.withLock { state in
            state.clock += 1
            state.entries[name] = Entry(version: version, table: table, usedAt: state.clock)
            var bytes = state.entries.values.reduce(0) { $0 + $1.table.byteCount }
            for (oldName, entry) in state.entries.sorted(by: { $0.value.usedAt < $1.value.usedAt }) {
                if bytes <= maximumBytes || oldName == name { break }
                state.entries[oldName] = nil
                bytes -= entry.table.byteCount
            }
        }
    }
}
