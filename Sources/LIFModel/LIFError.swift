/// An error of this system: a stable code, a sentence that says what to do, and who is to blame.
///
/// The message is meant for people and goes over the wire. It never holds a learner's value or a credential.
/// Which HTTP status a code gets is decided in `LIFServer` alone; `docs/errors/` has a page for each code.
public struct LIFError: Error, Sendable {
    /// The stable names. The seeds' exceptions keep their names.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        // Query Planner seed, "Exceptions and Errors".
        case queryNotValid = "QueryNotValid"
        case learnerNotFound = "LearnerNotFound"
        case learnerDataNotFound = "LearnerDataNotFound"
        case correlationIDNotFound = "CorrelationIDNotFound"
        // Orchestrator seed, "Exceptions and Errors".
        case queryParseException = "QueryParseException"
        case jobPostException = "JobPostException"
        case jobNotFoundException = "JobNotFoundException"
        case operatorNotFoundException = "OperatorNotFoundException"
        case operatorException = "OperatorException"
        case outputQueueNotAvailableException = "OutputQueueNotAvailableException"
        case outputWriteException = "OutputWriteException"
        case outputReadException = "OutputReadException"
        // What the seeds leave unnamed.
        case queryTimeout = "QueryTimeout"
        case jobNotFinished = "JobNotFinished"
        case resultExpired = "ResultExpired"
        case requestTooLarge = "RequestTooLarge"
        case neighbourNotAvailable = "NeighbourNotAvailable"
        case sourcesNotAvailable = "SourcesNotAvailable"
        case overloaded = "Overloaded"
        case notSupportedYet = "NotSupportedYet"
        case federationLoop = "FederationLoop"
        case routeNotFound = "RouteNotFound"
        case methodNotAllowed = "MethodNotAllowed"
        case identityMappingNotValid = "IdentityMappingNotValid"
        case identityMappingNotFound = "IdentityMappingNotFound"
        case identityMappingConflict = "IdentityMappingConflict"
        case notAuthorized = "NotAuthorized"
        case hostNotAllowed = "HostNotAllowed"
        case configurationNotValid = "ConfigurationNotValid"
        case internalFault = "InternalFault"
    }

    /// The party whose fault an error is.
    public enum Blame: Sendable, Hashable {
        /// What was asked cannot be done.
        case caller
        /// An information source or another neighbour.
        case source
        /// The workflow engine.
        case engine
        /// This process or its stores.
        case us
    }

    /// The stable name that programs act on.
    public let code: Code
    /// A sentence for people that says what to do, without a learner's value or a credential.
    public private(set) var message: String
    /// Who is to blame.
    public let blame: Blame
    /// Whether doing the same again may succeed. `TaskRunner` alone acts on it.
    public let isRetryable: Bool
    /// Doing the same again will not help before something else has changed: no client should be asked to wait.
    public let isFinal: Bool
    /// The request was JSON, but not of the shape asked for (HTTP 422 instead of 400).
    public let isShapeError: Bool
    /// Why a source's part failed, for `OperatorException`.
    public let reason: Failure.Reason?
    /// Where the work goes on, for `QueryTimeout`: a correlation id.
    public let correlationID: RandomID?
    /// The error beneath this one. It is not sent to clients, and may hold values that must not be logged.
    public let cause: (any Error)?
    /// The information source that an `OperatorException` is about, and the number of the attempt that met it.
    public var source: String?
    /// The number of the attempt that failed, from 1; set by `TaskRunner`.
    public var attempt: Int?
    /// The failure is of this request or of one record alone: it says nothing about whether the source is well.
    public let isAboutRequest: Bool
    /// How long the one who answered asks to be left alone (`Retry-After`). `TaskRunner` makes no attempt before.
    public let retryAfter: Duration?
    /// Each fault of a document, for `QueryParseException`: where it is and what is wrong.
    public var faults: [Fault] = []

    /// One fault of a document.
    public struct Fault: Sendable, Hashable {
        /// Where in the document: `lif_query_plan[2].person_id`; empty for the document itself.
        public let place: String
        /// What is wrong there, in a sentence that stands alone.
        public let message: String

        /// A fault at a place of the document.
        public init(_ place: String, _ message: String) {
            self.place = place
            self.message = message
        }
    }

    /// An error of a code. By default the caller is to blame and trying again does not help.
    ///
    /// - Parameters:
    ///   - message: A sentence that says what to do. It goes over the wire: no learner's value, no credential.
    ///   - isFinal: Whether clients are not to be asked to wait, even though the code is one of those that may pass.
    ///   - reason: For `OperatorException` only.
    ///   - correlationID: For `QueryTimeout` only.
    public init(
        _ code: Code, _ message: String, blame: Blame = .caller, isRetryable: Bool = false, isFinal: Bool = false,
        isShapeError: Bool = false, isAboutRequest: Bool = false, retryAfter: Duration? = nil,
        reason: Failure.Reason? = nil, correlationID: RandomID? = nil, cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.blame = blame
        self.isRetryable = isRetryable
        self.isFinal = isFinal
        self.isShapeError = isShapeError
        self.isAboutRequest = isAboutRequest
        self.retryAfter = retryAfter
        self.reason = reason
        self.correlationID = correlationID
        self.cause = cause
    }
}

extension LIFError {
    /// An operator's failure at an information source.
    ///
    /// - Parameters:
    ///   - isAboutRequest: Whether it says nothing about the source, only about what was asked of it.
    ///   - retryAfter: How long the source asks to be left alone.
    public static func source(
        _ reason: Failure.Reason, _ message: String, isRetryable: Bool = false, isAboutRequest: Bool = false,
        retryAfter: Duration? = nil, cause: (any Error)? = nil
    ) -> LIFError {
        LIFError(
            .operatorException, message, blame: .source, isRetryable: isRetryable, isAboutRequest: isAboutRequest,
            retryAfter: retryAfter, reason: reason, cause: cause)
    }

    /// The same error with another sentence after its message.
    public func adding(_ sentence: String) -> LIFError {
        var error = self
        error.message += " " + sentence
        return error
    }
}

extension LIFError: CustomStringConvertible {
    /// The code and the message. The cause is left out.
    public var description: String { "\(code.rawValue): \(message)" }
}
