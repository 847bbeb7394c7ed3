import HTTPTypes
import Hummingbird
import LIFJSON
import LIFModel
import Logging

/// An error as a client sees it: RFC 9457 problem details with our `code`.
enum ProblemDocument {
    /// - Parameter instance: The route's template, or else the request's id; never the URL: that may name a learner.
    static func response(for error: LIFError, instance: String) -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "urn:lif:error:\(error.code.rawValue)")
            writer.member("title", error.title)
            writer.member("status", error.status.code)
            writer.member("detail", error.message)
            writer.member("instance", instance)
            writer.member("code", error.code.rawValue)
            if !error.faults.isEmpty {
                writer.name("faults")
                writer.array { writer in
                    for fault in error.faults {
                        writer.object { writer in
                            writer.member("place", fault.place)
                            writer.member("message", fault.message)
                        }
                    }
                }
            }
        }
        var headers: HTTPFields = [.contentType: "application/problem+json"]
        if let id = error.correlationID { headers[.location] = "/query/\(id.text)" }
        let mayPass = error.status == .serviceUnavailable || error.code == .jobNotFinished
        if mayPass, !error.isFinal { headers[.retryAfter] = "1" }
        if error.status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        return Response(
            status: error.status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: writer.bytes)))
    }
}

/// Turns every error into a problem document, keeps answers out of caches, and logs each request by its route.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    let component: String
    let maximumBodyBytes: Int

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var failure: LIFError?
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            let methods = error as? MethodNotAllowed
            let error = problem(error)
            failure = error
            // Hummingbird's name for no route at all is no path.
            let route = context.endpointPath.flatMap { $0.hasPrefix("/") ? $0 : nil }
            response = ProblemDocument.response(for: error, instance: route ?? "urn:lif:request:\(context.id)")
            if let methods { response.headers[.allow] = methods.allowed.joined(separator: ", ") }
            // A body would be taken for the beginning of the next answer.
            if request.method == .head { response = response.createHeadResponse() }
        }
        // Caches between may keep what says nothing of them, and most answers hold learners' data.
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        let duration = ContinuousClock.now - start
        context.logger.log(
            level: Self.level(failure), "Answered",
            metadata: [
                "component": "\(component)", "method": "\(request.method.rawValue)",
                "route": "\(context.endpointPath ?? "none")", "status": "\(response.status.code)",
                "milliseconds": "\(duration.inMilliseconds)",
            ].merging(Self.metadata(failure)) { given, _ in given })
        return response
    }

    /// A good answer is worth a line only to who looks closely: it may be one of thousands a second.
    private static func level(_ failure: LIFError?) -> Logger.Level {
        guard let failure else { return .debug }
        if failure.cause is CancellationError { return .debug }
        switch failure.status.code {
        case 500: return .error
        case 501...: return .warning
        default: return .info
        }
    }

    /// Why; of a cause that is not ours only its type, as its text may hold anything.
    private static func metadata(_ failure: LIFError?) -> Logger.Metadata {
        guard let failure else { return [:] }
        if failure.cause is CancellationError { return ["code": "Cancelled"] }
        var metadata: Logger.Metadata = ["code": "\(failure.code.rawValue)"]
        if failure.status.code >= 500 {
            metadata["detail"] = "\(failure.message)"
            metadata["cause"] = failure.cause.map { "\(type(of: $0))" }
        }
        return metadata
    }

    private func problem(_ error: any Error) -> LIFError {
        switch error {
        case let error as LIFError:
            return error
        case let error as any HTTPResponseError where error.status == .contentTooLarge:
            return LIFError(
                .requestTooLarge, "The request's body is larger than \(maximumBodyBytes) bytes.", cause: error)
        case let error as MethodNotAllowed:
            return LIFError(
                .methodNotAllowed,
                "This route takes \(error.allowed.joined(separator: ", ")) only. Send one of these; /docs lists the routes.",
                cause: error)
        case let error as any HTTPResponseError where error.status == .notFound:
            return LIFError(
                .routeNotFound,
                "There is no such route. Check the path; /docs lists all routes.",
                cause: error)
        case let error as any HTTPResponseError where (400..<500).contains(error.status.code):
            return LIFError(.queryNotValid, "The HTTP request is not valid.", cause: error)
        case is CancellationError:
            return LIFError(
                .overloaded, "The work was cancelled: the server is stopping or the client has disconnected.",
                blame: .us,
                cause: error)
        default:
            return LIFError(
                .internalFault, "The server met an unexpected fault (\(type(of: error))). Please report it.",
                blame: .us,
                cause: error)
        }
    }
}
