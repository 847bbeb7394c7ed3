package import LIFJournal
import LIFModel

extension OwedCallback {
    package init(_ callback: Callback) {
        self.init(
            id: callback.id, run: callback.job, kind: callback.kind.rawValue, target: callback.target,
            epoch: callback.fence, createdAt: callback.createdAt, attempts: callback.attempts)
    }
}

extension Callback {
    /// - Returns: `nil` for one of a kind that only a newer version knows.
    package init?(_ owed: OwedCallback) {
        guard let kind = CallbackKind(rawValue: owed.kind) else { return nil }
        self.init(
            id: owed.id, job: owed.run, kind: kind, target: owed.target, fence: owed.epoch, createdAt: owed.createdAt,
            attempts: owed.attempts)
    }
}
