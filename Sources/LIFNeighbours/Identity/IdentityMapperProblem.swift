import LIFHTTP
import LIFModel

/// What it means for a look-up that an Identity Mapper did not do as asked. No sentence holds what it said.
struct IdentityMapperProblem: Error {
    let error: LIFError
    /// It does not work at present, as opposed to: it says that we are wrong, or is something else.
    let isDown: Bool
    /// It answered as where a path leads to no route of its own, or to another one.
    let isOfPath: Bool

    private init(_ reason: String, isDown: Bool, isOfPath: Bool = false) {
        self.isOfPath = isOfPath
        error = LIFError(
            .neighbourNotAvailable, "The Identity Mapper is not available: \(reason).", blame: .source,
            isRetryable: isDown)
        self.isDown = isDown
    }

    /// An answer that is no success.
    init(status: Int) {
        switch status {
        case 401, 403:
            self.init(
                "it refused our credential (HTTP \(status)). Check the token configured for it", isDown: false)
        case 300..<400:
            self.init(
                "it answered with a redirect (HTTP \(status)), which is not followed. Check its address", isDown: false,
                isOfPath: true)
        case 404:
            self.init(
                "it answered with HTTP 404, as where there is no such route or no such organization. Check its address "
                    + "(\"identity_mapper.url\") and \"organization\"", isDown: false, isOfPath: true)
        case _ where FailureStatus(status).mayPass: self.init("it answered with HTTP \(status)", isDown: true)
        default:
            self.init(
                "it answered with HTTP \(status). Check its address", isDown: false,
                isOfPath: status == 400 || status == 405)
        }
    }

    /// No answer at all.
    init(_ error: OutgoingHTTPError) {
        switch error.kind {
        case .timeout: self.init("it did not answer in time", isDown: true)
        case .unreachable, .cancelled:
            self.init("there is no connection to it. Check its address, and whether it runs", isDown: true)
        case .tls:
            self.init(
                "no trusted encrypted connection to it could be made. Check its certificate", isDown: false)
        case .proxy(let mayPass): self.init(error.clause, isDown: mayPass)
        case .protocolError: self.init("what it answered is not well-formed HTTP", isDown: true)
        case .tooLarge(let limit): self.init("its answer is larger than \(limit) bytes", isDown: false)
        case .invalidURL, .invalidHeader, .hostNotAllowed:
            self.init("it cannot be called as it is configured. Check its address and token", isDown: false)
        }
    }

    /// An answer that is not what the agreed route gives.
    init(invalid reason: String) { self.init("it cannot be understood: \(reason)", isDown: false) }

    /// A mapping of someone else than was asked about.
    static let otherPerson = IdentityMapperProblem(
        "it cannot be understood: it answered with another person's mapping", isDown: false, isOfPath: true)
}
