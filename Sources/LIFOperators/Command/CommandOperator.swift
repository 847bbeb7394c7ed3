public import LIFModel
public import LIFWorkflow

/// Fetches by running an executable that reads one JSON request on standard input and writes JSON on standard output
/// (adapter `command`). Its contract is `docs/guides/command-operator.md`.
///
/// Cancellation stops the command with its whole process group: SIGTERM, and SIGKILL after a grace.
public struct CommandOperator: TaskOperator {
    private let configuration: CommandConfiguration
    private let checkTimeout: Duration

    /// An operator for one source. The executable is looked up for each run, not here.
    ///
    /// - Parameter checkTimeout: For `check()`. The time-out of a fetch, over all attempts, is `TaskRunner`'s.
    public init(configuration: CommandConfiguration, checkTimeout: Duration = .seconds(10)) {
        self.configuration = configuration
        self.checkTimeout = checkTimeout
    }

    /// Runs the command once. Fragments are emitted while it still writes.
    ///
    /// The exit code counts for more than what was written: a command that fails has failed, whatever it emitted.
    ///
    /// - Throws: `LIFError` `OperatorException`, with reason `operator-not-found` when there is no such executable;
    ///   `CancellationError`, once the command has ended.
    public func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        let command = CommandRun(configuration)
        var answer = CommandAnswer(to: part)
        // An exit code says more than the half answer before it: what is wrong with the answer waits for the end.
        var fault: LIFError?
        let ending = try await command.run(
            CommandRequest.fetch(part, attempt: context.attempt), context
        ) {
            guard fault == nil else { return }
            let items: [OperatorItem]
            do {
                items = try await answer.take(inPlace: $0)
            } catch let error as LIFError {
                fault = error
                return
            }
            for item in items { try await emit(item) }
        }
        if ending == .noUser { return try answer.reportUnknown() }
        if let failure = ending.failure(of: command.name) ?? fault { throw failure }
        return try answer.report()
    }

    /// Runs the configured check, or else looks whether the executable is there.
    public func check() async throws -> String {
        guard let arguments = configuration.checkArguments else {
            return "is there (\(try CommandRun(configuration).locate())); it was not run"
        }
        let command = CommandRun(configuration, arguments: arguments)
        try await command.succeed(CommandRequest.check, within: checkTimeout)
        return "answers (exit code 0)"
    }
}
