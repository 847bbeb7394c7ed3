public import Foundation
public import LIFModel

/// Who does a task of a job: an engine may run one task twice at the same time.
///
/// A claim is of one epoch and holds for a time, which its holder renews. An implementation decides between two that claim at the same
/// time: one gets the task.
public protocol TaskClaims: Sendable {
    /// Claims a task, or renews the claim that the holder has.
    ///
    /// - Parameter until: Until when it holds, unless it is renewed.
    func claim(
        _ task: WorkflowTask.ID, of job: JobID, epoch: Int, for holder: HolderID, now: Date, until: Date
    ) async throws -> TaskClaimAnswer

    /// Gives a claim back; of one that somebody else has by now nothing happens.
    func release(_ task: WorkflowTask.ID, of job: JobID, epoch: Int, from holder: HolderID, now: Date) async throws
}

/// What became of a claim.
public enum TaskClaimAnswer: Sendable, Hashable {
    /// The holder has the task.
    case granted
    /// Another one has it.
    case held
    /// The part has its outcome: there is nothing to do.
    case landed
    /// The job goes on under a later epoch, or has ended.
    case superseded
}
