import LIFConcurrency
import LIFJSON
import LIFModel

extension CommandRun {
    /// Runs the command for its exit code alone; what it answers is not looked at.
    ///
    /// - Throws: `OperatorException`, with reason `timeout` when the time is up; `CancellationError`.
    func succeed(
        _ request: RawJSON, within limit: Duration, log: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        let ending = try await Deadline.run(within: limit) { try await run(request, log: log) { _ in } }
        guard let ending else { throw CommandFailure.timeout(limit) }
        if let failure = ending.failure(of: name) { throw failure }
    }
}
