import LIFJSON
import LIFModel

extension CommandRun {
    /// Runs the command for its exit code alone; what it answers is not looked at.
    ///
    /// - Throws: `OperatorException`, with reason `timeout` when the time is up; `CancellationError`.
    func succeed(
        _ request: RawJSON, within limit: Duration, log: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let ending = try await run(request, log: log) { _ in }
                if let failure = ending.failure(of: name) { throw failure }
            }
            group.addTask {
                try await Task.sleep(for: limit)
                throw CommandFailure.timeout(limit)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
