public import Foundation
public import LIFWorkflow

extension JobStore {
    /// Finishes a job whoever holds it.
    public func finish(_ id: JobID, status: JobStatus, at date: Date) async throws -> Bool {
        try await finish(id, status: status, fence: .max, at: date)
    }
}
