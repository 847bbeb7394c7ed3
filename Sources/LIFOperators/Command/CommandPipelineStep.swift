public import LIFModel
public import LIFWorkflow

/// A step of a data pipeline that hands the fragments to an executable and takes those it answers (step `command`). A
/// path that it leaves out is gone; at paths that the part does not ask for the executor drops them. Its contract is
/// `docs/guides/command-operator.md`.
///
/// Cancellation stops the command as it does for `CommandOperator`.
public struct CommandPipelineStep: PipelineStep {
    /// `command`, as graphs and logs name the step, whatever executable it runs.
    public let name = "command"
    private let configuration: CommandConfiguration

    /// A step that runs a command. Its ``CommandConfiguration/fault`` is looked at when it runs, not here.
    public init(configuration: CommandConfiguration) { self.configuration = configuration }

    /// Runs the command once with all fragments, and returns those that it has answered.
    ///
    /// - Throws: `LIFError` `OperatorException`; `CancellationError`.
    public func process(
        _ fragments: [Fragment], of part: QueryPlanPart, context: OperatorContext
    ) async throws -> [Fragment] {
        let command = CommandRun(configuration)
        // A step has fragments and no document, whatever the part says.
        var answer = CommandAnswer(
            to: QueryPlanPart(
                informationSourceID: part.informationSourceID, adapterID: part.adapterID, learner: part.learner,
                fragmentPaths: part.fragmentPaths))
        var fault: LIFError?
        var processed: [Fragment] = []
        let ending = try await command.run(CommandRequest.process(fragments, of: part), context) {
            guard fault == nil else { return }
            do {
                for case .fragment(let fragment) in try await answer.take(inPlace: $0) { processed.append(fragment) }
            } catch let error as LIFError {
                fault = error
            }
        }
        if let failure = ending.failure(of: command.name) ?? fault { throw failure }
        _ = try answer.report()
        return processed
    }
}
