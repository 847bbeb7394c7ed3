import LIFJSON
import LIFModel
import Subprocess
import SystemPackage

/// The failures of commands that no exit code shows. No sentence holds what a command wrote: that may be a learner's.
enum CommandFailure {
    static func tooLarge(limit: Int) -> LIFError {
        .source(.answerTooLarge, "The command wrote more than the \(limit) bytes that are allowed, and was stopped.")
    }

    static func invalid(_ what: String, cause: (any Error)? = nil) -> LIFError {
        .source(.invalidAnswer, "\(what) See docs/guides/command-operator.md.", cause: cause)
    }

    static func notJSON(_ cause: JSONError) -> LIFError {
        if case .tooDeep(let limit) = cause.kind { return tooDeep(limit: limit) }
        return invalid("The command's answer is not valid JSON.", cause: cause)
    }

    static func tooDeep(limit: Int) -> LIFError {
        invalid("The command's answer is nested deeper than the \(limit) levels that are allowed.")
    }

    static func timeout(_ limit: Duration) -> LIFError {
        .source(
            .timeout, "The command did not end within \(limit.forPeople), and was stopped.", isRetryable: true)
    }

    /// This process is short of something.
    static func noResources(_ cause: (any Error)?) -> LIFError {
        LIFError(
            .operatorException,
            "This process has too little left to start a command: file descriptors, memory or processes. Raise the "
                + "limit (ulimit -n), or lower the source's max_concurrency.",
            blame: .us, isRetryable: true, reason: .internal, cause: cause)
    }

    /// A command that could not be started. The library's own error is not kept as the cause: it may hold arguments.
    static func notStarted(_ command: String, _ error: SubprocessError) -> LIFError {
        switch error.underlyingError {
        case .execFormatError?:
            .source(
                .operatorNotFound,
                "The command \"\(command)\" is no program for this system, nor a script that begins with \"#!\" and its "
                    + "interpreter.")
        case .tooManyOpenFiles?, .tooManyOpenFilesInSystem?, .noMemory?, .resourceTemporarilyUnavailable?:
            noResources(error.underlyingError)
        case .textFileBusy?:
            .source(
                .internal, "The command \"\(command)\" is being written at this moment.", isRetryable: true,
                cause: error.underlyingError)
        case let cause where error.code == .executableNotFound || error.code == .failedToChangeWorkingDirectory:
            .source(
                .operatorNotFound,
                "The command \"\(command)\" cannot be run: it, the interpreter in its first line, or its working directory "
                    + "is missing or may not be used.", cause: cause)
        case let cause:
            .source(.internal, "The command \"\(command)\" could not be started.", cause: cause)
        }
    }
}
