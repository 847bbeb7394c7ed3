import Foundation
import GRDB
import LIFJournal
import LIFModel

extension JournalRun {
    /// The columns that `init(row:)` reads, in its order, without the document.
    static let stateColumns = """
        id, kind, accepted_at, expected_parts, key, revision, started_at, holder, epoch, cancelled_at, failure,
        failure_message, failure_attempts, ending, ended_at, acknowledged_at, is_unannounced, landed_parts, last_position,
        kept
        """

    /// - Parameter document: Whether the document is among them.
    static func columns(document: Bool) -> String { document ? "\(stateColumns), document" : stateColumns }

    /// - Throws: `LIFError` `OutputReadException` for a row that no version has written.
    init(row: Row) throws {
        guard let id = row.id(0), let kind = Kind(rawValue: row[1]), let acceptedAt = row.date(2),
            let holder = row.id(7)
        else { throw StorageFault.damaged("a run") }
        let failure = (row[10] as String?).map { word in
            RunFailure(word: word, message: row[11] ?? "", attempts: row[12])
        }
        self.init(
            id: id, kind: kind, acceptedAt: acceptedAt, expectedParts: row[3], key: row[4],
            document: row.count > 20 ? try row.bytes(20) : nil,
            state: State(
                startedAt: row.date(6) ?? acceptedAt, holder: holder, epoch: row[8], cancelledAt: row.date(9),
                failure: failure, end: row[13], endedAt: row.date(14), acknowledgedAt: row.date(15),
                isUnannounced: row[16]),
            revision: row[5], landedParts: row[17], lastPosition: row[18], isDataRemoved: row[19] != "all")
    }
}

extension JournalRun.State {
    /// In this order.
    static let columns = [
        "started_at", "holder", "epoch", "cancelled_at", "failure", "failure_message", "failure_attempts", "ending",
        "ended_at", "acknowledged_at", "is_unannounced",
    ]

    var values: StatementArguments {
        [
            startedAt.column, holder.text, epoch, cancelledAt?.column, failure?.word, failure?.message,
            failure?.attempts, end, endedAt?.column, acknowledgedAt?.column, isUnannounced,
        ]
    }
}

extension OwedCallback {
    static let columns = "id, run, kind, target, epoch, created_at, attempts"

    var values: StatementArguments {
        [id.text, run.text, kind, target, epoch, createdAt.column, attempts]
    }

    /// - Returns: `nil` for a row that no version has written: it must not keep the others.
    init?(row: Row) {
        guard let id = row.id(0), let run = row.id(1), let createdAt = row.date(5) else { return nil }
        self.init(
            id: id, run: run, kind: row[2], target: row[3], epoch: row[4], createdAt: createdAt, attempts: row[6])
    }
}
