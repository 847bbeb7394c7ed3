import HTTPTypes
import LIFModel

extension LIFError {
    /// The one place that knows which HTTP status an error gets.
    var status: HTTPResponse.Status {
        switch code {
        case .queryNotValid, .queryParseException, .operatorNotFoundException, .learnerDataNotFound,
            .identityMappingNotValid:
            isShapeError ? .unprocessableContent : .badRequest
        case .notSupportedYet: .badRequest
        case .notAuthorized: .unauthorized
        case .hostNotAllowed: .misdirectedRequest
        case .learnerNotFound, .jobNotFoundException, .correlationIDNotFound, .routeNotFound,
            .identityMappingNotFound:
            .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .queryTimeout: .requestTimeout
        case .jobNotFinished, .identityMappingConflict: .conflict
        case .resultExpired: .gone
        case .requestTooLarge: .contentTooLarge
        case .operatorException: .badGateway
        case .jobPostException, .outputQueueNotAvailableException, .neighbourNotAvailable, .sourcesNotAvailable,
            .overloaded, .configurationNotValid:
            .serviceUnavailable
        case .outputWriteException, .outputReadException, .internalFault: .internalServerError
        case .federationLoop: .init(code: 508, reasonPhrase: "Loop Detected")
        }
    }

    var title: String {
        switch code {
        case .queryNotValid: "The query is not valid"
        case .queryParseException: "The query plan cannot be parsed"
        case .operatorNotFoundException: "There is no such operator"
        case .learnerDataNotFound: "The data model has no such data"
        case .notSupportedYet: "This version does not do that"
        case .federationLoop: "The request has come back"
        case .identityMappingNotValid: "A mapping of identities is not valid"
        case .identityMappingNotFound: "There is no such mapping of identities"
        case .identityMappingConflict: "A mapping of identities is there already"
        case .notAuthorized: "A valid token is needed"
        case .hostNotAllowed: "The request names another host"
        case .learnerNotFound: "The learner is not known"
        case .jobNotFoundException: "There is no such job"
        case .correlationIDNotFound: "There is no such query"
        case .routeNotFound: "There is no such route"
        case .methodNotAllowed: "The route does not take this method"
        case .queryTimeout: "The answer takes longer than the time-out"
        case .jobNotFinished: "The job is still running"
        case .resultExpired: "The result is no longer kept"
        case .requestTooLarge: "The request is too large"
        case .operatorException: "The information sources failed"
        case .jobPostException: "The job could not be accepted"
        case .outputQueueNotAvailableException: "The output queue is not available"
        case .neighbourNotAvailable: "A neighbour is not available"
        case .sourcesNotAvailable: "No information source is available"
        case .overloaded: "The server is overloaded"
        case .configurationNotValid: "The configuration is not valid"
        case .outputWriteException: "A result could not be written"
        case .outputReadException: "A result could not be read"
        case .internalFault: "The server has a fault"
        }
    }
}
