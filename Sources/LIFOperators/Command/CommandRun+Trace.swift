import LIFJSON
import LIFModel
import LIFWorkflow

extension CommandRun {
    /// Bytes of standard output that a trace keeps.
    private static let maximumShown = 1 << 20

    /// Runs the command as its context says: what it writes to standard error goes to the job's log, and a trace sees what it
    /// is given and what it answers.
    ///
    /// - Throws: As the other `run`.
    func run(
        _ request: RawJSON, _ context: OperatorContext, take: ([UInt8]) async throws -> Void
    ) async throws -> CommandEnding {
        guard let trace = context.trace else {
            return try await run(request, log: context.log, take: take)
        }
        let secrets = configuration.environment.values.map { $0.reveal() }
        trace.request(
            "run \(arguments.joined(separator: " "))",
            lines: configuration.environment.keys.sorted().map { "\($0)=\(OperatorTrace.hidden)" },
            body: Array(request.bytes), hiding: secrets)
        var shown: [UInt8] = []
        let ending = try await run(request, log: context.log) { bytes in
            if shown.count < Self.maximumShown { shown += bytes }
            try await take(bytes)
        }
        trace.answer("\(ending.description)", body: shown, hiding: secrets)
        return ending
    }
}

extension CommandEnding: CustomStringConvertible {
    var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let signal): "ended by signal \(signal)"
        }
    }
}
