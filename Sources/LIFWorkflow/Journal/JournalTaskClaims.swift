public import Foundation
import LIFJSON
public import LIFJournal
public import LIFModel

/// Claims among what the tasks of a part hand on: of two that are written as the same attempt the journal keeps the first, refuses those of
/// an earlier epoch, and drops them when the part has landed.
public struct JournalTaskClaims: TaskClaims {
    private let journal: any Journal

    /// The claims in a journal.
    public init(_ journal: any Journal) { self.journal = journal }

    /// See ``TaskClaims/claim(_:of:epoch:for:now:until:)``.
    public func claim(
        _ task: WorkflowTask.ID, of job: JobID, epoch: Int, for holder: HolderID, now: Date, until: Date
    ) async throws -> TaskClaimAnswer {
        let kept = try await journal.handOver(of: Self.name(task), of: job)
        if let claim = Claim(kept), claim.holder != holder.text, claim.epoch >= epoch, claim.until > now {
            return .held
        }
        let claim = Claim(holder: holder.text, epoch: epoch, until: until)
        return try await keep(claim, of: task, job, after: kept)
    }

    /// See ``TaskClaims/release(_:of:epoch:from:now:)``.
    public func release(
        _ task: WorkflowTask.ID, of job: JobID, epoch: Int, from holder: HolderID, now: Date
    ) async throws {
        let kept = try await journal.handOver(of: Self.name(task), of: job)
        guard var claim = Claim(kept), claim.holder == holder.text, claim.epoch == epoch else { return }
        claim.until = now
        _ = try await keep(claim, of: task, job, after: kept)
    }

    private func keep(
        _ claim: Claim, of task: WorkflowTask.ID, _ job: JobID, after kept: HandOver?
    ) async throws -> TaskClaimAnswer {
        let next = HandOver(
            task: Self.name(task), group: task.part, attempt: (kept?.attempt ?? 0) + 1, head: claim.json, data: nil)
        if try await journal.hand(next, of: job, epoch: claim.epoch) != nil { return .superseded }
        guard let winner = try await journal.handOver(of: Self.name(task), of: job) else { return .landed }
        return winner == next ? .granted : .held
    }

    private static func name(_ task: WorkflowTask.ID) -> String { "claim:\(task.text)" }
}

/// `{"holder":…,"epoch":…,"until":…}`
private struct Claim {
    let holder: String
    let epoch: Int
    var until: Date

    init(holder: String, epoch: Int, until: Date) {
        self.holder = holder
        self.epoch = epoch
        self.until = until
    }

    init?(_ handOver: HandOver?) {
        guard let handOver, let json = try? RawJSON(kept: handOver.head, of: "a claim"),
            let holder = json["holder"]?.string, let epoch = json["epoch"].flatMap({ Int($0.text) }),
            let milliseconds = json["until"].flatMap({ Int($0.text) })
        else { return nil }
        self.init(
            holder: holder, epoch: epoch, until: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
    }

    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("holder", holder)
            writer.member("epoch", epoch)
            writer.member("until", Int(until.timeIntervalSince1970 * 1_000))
        }
        return writer.bytes
    }
}
