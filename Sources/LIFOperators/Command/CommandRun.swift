import LIFConcurrency
import LIFJSON
import LIFModel
import Subprocess
import SystemPackage

/// One run of a command: the request in, standard output out piece by piece, and nothing left behind.
///
/// However it ends (by cancellation too), the command and its process group are gone when `run` returns.
struct CommandRun {
    let configuration: CommandConfiguration
    /// The executable first.
    let arguments: [String]

    init(_ configuration: CommandConfiguration, arguments: [String]? = nil) {
        self.configuration = configuration
        self.arguments = arguments ?? configuration.arguments
    }

    /// The executable as configured, for sentences.
    var name: String { arguments.first ?? "" }

    /// Finds what would be run.
    ///
    /// - Throws: `OperatorException` with reason `operator-not-found`.
    func locate() throws(LIFError) -> String {
        if let fault = configuration.fault { throw .source(.operatorNotFound, fault) }
        return try CommandExecutable.locate(
            name, path: configuration.variables["PATH"] ?? "", workingDirectory: configuration.workingDirectory)
    }

    /// - Parameters:
    ///   - log: Takes what the command wrote to standard error, once it has ended.
    ///   - take: Takes standard output as it comes; the command waits meanwhile.
    /// - Throws: `OperatorException`; what `take` throws, and then the command is stopped; `CancellationError`.
    func run(
        _ request: RawJSON, log: (String) -> Void, take: ([UInt8]) async throws -> Void
    ) async throws -> CommandEnding {
        let executable = try locate()
        var turn: PlaceLedger.Permit? = try await CommandStarts.turns.take(.common)
        func started() {
            if let turn { CommandStarts.turns.give(turn) }
            turn = nil
        }
        defer { started() }
        let input = try CommandInput.descriptor(holding: request)
        defer { try? input.close() }
        guard CommandStarts.haveDescriptors(like: input) else { throw CommandFailure.noResources(nil) }

        let errorText = CommandErrorText(limit: configuration.maximumErrorBytes)
        defer {
            if let text = errorText.text { log("The command \"\(name)\" wrote to standard error: \(text)") }
        }
        var group: CommandProcessGroup?
        do {
            let result = try await Subprocess.run(
                subprocess(executable), input: .fileDescriptor(input, closeAfterSpawningProcess: false),
                output: .sequence, error: .sequence
            ) { execution in
                let running = CommandProcessGroup(id: execution.processIdentifier.value)
                group = running
                started()
                do {
                    async let rest: Void = Self.read(execution.standardError, into: errorText)
                    try await Self.read(execution.standardOutput, limit: configuration.maximumAnswerBytes, take: take)
                    try await rest
                    try await running.waitUntilCommandEnds()
                    running.endRest()
                } catch {
                    // Here, where its output is still open: one that says good-bye gets no SIGPIPE.
                    await running.stop(grace: configuration.terminationGrace)
                    throw error
                }
            }
            await group?.settle()
            return switch result.terminationStatus {
            case .exited(let code): .exited(code)
            case .signaled(let signal): .signalled(signal)
            }
        } catch {
            await group?.settle()
            try Task.checkCancellation()
            guard let error = error as? SubprocessError else { throw error }
            guard group == nil else {
                throw LIFError.source(
                    .internal, "What the command \"\(name)\" wrote could not be read.", isRetryable: true)
            }
            throw CommandFailure.notStarted(name, error)
        }
    }

    private func subprocess(_ executable: String) -> Subprocess.Configuration {
        var options = PlatformOptions()
        // A session of its own: its process group has nobody else's processes, and there is no terminal to ask at.
        options.createSession = true
        // Stopping is `CommandProcessGroup`'s. The library would do it too, and send each signal twice: its only step
        // sends none (signal 0) and waits; the SIGKILL that follows it by itself comes when all else has failed.
        options.teardownSequence = [
            .send(
                signal: Signal(rawValue: 0), toProcessGroup: true,
                allowedDurationToNextStep: configuration.terminationGrace + .seconds(5))
        ]
        let variables = configuration.variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        return Subprocess.Configuration(
            executable: .path(FilePath(executable)), arguments: Arguments(Array(arguments.dropFirst())),
            environment: .custom(Dictionary(variables, uniquingKeysWith: { $1 })),
            workingDirectory: configuration.workingDirectory.map { FilePath($0) }, platformOptions: options)
    }

    nonisolated(nonsending) private static func read(
        _ output: SubprocessOutputSequence, limit: Int, take: ([UInt8]) async throws -> Void
    ) async throws {
        var total = 0
        for try await buffer in output {
            // A cancelled task gets what is there already, for as long as there is something.
            try Task.checkCancellation()
            total += buffer.count
            if total > limit { throw CommandFailure.tooLarge(limit: limit) }
            try await take(buffer.withUnsafeBytes { [UInt8]($0) })
        }
        try Task.checkCancellation()
    }

    private static func read(_ output: SubprocessOutputSequence, into text: CommandErrorText) async throws {
        for try await buffer in output {
            try Task.checkCancellation()
            text.append(buffer.withUnsafeBytes { [UInt8]($0) })
        }
    }
}
