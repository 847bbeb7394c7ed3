import Foundation
import GRDB
import LIFJSON
import LIFModel
import LIFWorkflow

extension JobSubmission {
    /// For a BLOB column; the idempotency key has a column of its own.
    var data: Data {
        var writer = JSONWriter(reservingCapacity: 256 * plan.parts.count)
        writer.value(self)
        return Data(writer.bytes)
    }

    /// - Throws: `LIFError` `OutputReadException` for JSON that is no submission.
    init(row: Row, index: Int, idempotencyKey: String?, of what: String) throws {
        do {
            try self.init(json: try row.json(index))
        } catch {
            throw StorageFault.damaged(what, cause: error)
        }
        self.idempotencyKey = idempotencyKey
    }
}
