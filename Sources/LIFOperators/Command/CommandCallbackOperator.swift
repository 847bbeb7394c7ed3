public import LIFModel
public import LIFWorkflow

/// Delivers callbacks by running an executable; exit code 0 means delivered. Its contract is
/// `docs/guides/command-operator.md`.
public struct CommandCallbackOperator: CallbackOperator {
    private let configuration: CommandConfiguration
    private let timeout: Duration
    private let log: @Sendable (JobID, String) -> Void

    /// An operator that runs one command. Whether it can be run shows at the first delivery.
    ///
    /// - Parameters:
    ///   - timeout: For one attempt; the command is then stopped.
    ///   - log: Takes lines for the log of the callback's job: what the command wrote to standard error.
    public init(
        configuration: CommandConfiguration, timeout: Duration = .seconds(60),
        log: @escaping @Sendable (JobID, String) -> Void = { _, _ in }
    ) {
        self.configuration = configuration
        self.timeout = timeout
        self.log = log
    }

    /// Runs the command once, with the message on its standard input.
    ///
    /// - Throws: `LIFError` `OperatorException` when it does not end with exit code 0 within the time-out; `CancellationError`.
    public func deliver(_ message: CallbackMessage) async throws {
        let (log, job) = (log, message.callback.job)
        try await CommandRun(configuration).succeed(CommandRequest.callback(message), within: timeout) {
            log(job, $0)
        }
    }
}
