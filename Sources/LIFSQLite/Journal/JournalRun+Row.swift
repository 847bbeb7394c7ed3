import Foundation
import GRDB
import LIFJSON
import LIFJournal
import LIFModel

extension JournalRun {
    /// The columns that `init(row:)` reads, in its order, without the document.
    static let stateColumns = """
        id, kind, accepted_at, expected_parts, key, revision, started_at, holder, epoch, cancelled_at, failure,
        failure_message, failure_attempts, ending, ended_at, acknowledged_at, is_unannounced, landed_parts, last_position,
        kept, engine, engine_epoch, engine_run, cancellations
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
            document: row.count > 24 ? try row.bytes(24) : nil,
            state: State(
                startedAt: row.date(6) ?? acceptedAt, holder: holder, epoch: row[8], cancelledAt: row.date(9),
                failure: failure, end: row[13], endedAt: row.date(14), acknowledgedAt: row.date(15),
                isUnannounced: row[16],
                engine: (row[20] as String?).map { EngineStanding(engine: $0, epoch: row[21], run: row[22]) },
                cancellations: try [EngineCancellation](column: row[23])),
            revision: row[5], landedParts: row[17], lastPosition: row[18], isDataRemoved: row[19] != "all")
    }
}

extension JournalRun.State {
    /// In this order.
    static let columns = [
        "started_at", "holder", "epoch", "cancelled_at", "failure", "failure_message", "failure_attempts", "ending",
        "ended_at", "acknowledged_at", "is_unannounced", "engine", "engine_epoch", "engine_run", "cancellations",
    ]

    var values: StatementArguments {
        [
            startedAt.column, holder.text, epoch, cancelledAt?.column, failure?.word, failure?.message,
            failure?.attempts, end, endedAt?.column, acknowledgedAt?.column, isUnannounced, engine?.engine,
            engine?.epoch, engine?.run, cancellations.column,
        ]
    }
}

extension [EngineCancellation] {
    /// `[{"engine":…,"epoch":…,"run":…,"since":…}]`; `nil` for none, so that an index has only what is to be done.
    var column: String? {
        if isEmpty { return nil }
        var writer = JSONWriter()
        writer.array { writer in
            for cancellation in self {
                writer.object { writer in
                    writer.member("engine", cancellation.standing.engine)
                    writer.member("epoch", cancellation.standing.epoch)
                    writer.member("run", cancellation.standing.run)
                    // To the bit, as a date comes back from a column.
                    writer.member("since", "\(cancellation.since.timeIntervalSinceReferenceDate.bitPattern)")
                }
            }
        }
        return writer.raw.text
    }

    /// - Throws: `LIFError` `OutputReadException` for what no version has written.
    init(column text: String?) throws {
        guard let text else {
            self = []
            return
        }
        let what = "a run's cancellations"
        self = try RawJSON(kept: [UInt8](text.utf8), of: what).elements.map { element in
            guard let engine = element["engine"]?.string, let epoch = element["epoch"].flatMap({ Int($0.text) }),
                let since = element["since"]?.string.flatMap({ UInt64($0) })
            else { throw StorageFault.damaged(what) }
            return EngineCancellation(
                EngineStanding(engine: engine, epoch: epoch, run: element["run"]?.string),
                since: Date(timeIntervalSinceReferenceDate: Double(bitPattern: since)))
        }
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
