import LIFHTTP
import LIFModel

/// What it means for a look-up that an Identity Mapper did not do as asked. No sentence holds what it said.
struct IdentityMapperProblem: Error {
    let error: LIFError
    /// It does not work at present, as opposed to: it says that we are wrong, or is something else.
    let isDown: Bool
    /// It answered as where a path leads to no route of its own, or to another one.
    let isOfPath: Bool

    private static let name = "The Identity Mapper"

    private init(_ error: LIFError, isOfPath: Bool = false) {
        self.error = error
        isDown = error.isRetryable
        self.isOfPath = isOfPath
    }

    private init(_ reason: String, isOfPath: Bool = false) {
        self.init(
            LIFError(.neighbourNotAvailable, "\(Self.name) is not available: \(reason).", blame: .source),
            isOfPath: isOfPath)
    }

    /// An answer that is no success.
    init(_ answer: OutgoingResponse) {
        let other =
            answer.status == 404
            ? "answered with HTTP 404, as where there is no such route or no such organization. Check its address "
                + "(\"identity_mapper.url\") and \"organization\"" : nil
        self.init(
            HTTPFailure(answer, of: .neighbour).error(Self.name, other),
            isOfPath: (300..<400).contains(answer.status) || [400, 404, 405].contains(answer.status))
    }

    /// No answer at all.
    init(_ error: OutgoingHTTPError) { self.init(HTTPFailure(error, of: .neighbour).error(Self.name)) }

    /// An answer that is not what the agreed route gives.
    init(invalid reason: String) { self.init("it cannot be understood: \(reason)") }

    /// A mapping of someone else than was asked about.
    static let otherPerson = IdentityMapperProblem(
        "it cannot be understood: it answered with another person's mapping", isOfPath: true)
}
