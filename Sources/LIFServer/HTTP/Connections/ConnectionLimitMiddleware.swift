import HTTPTypes
import Hummingbird
import LIFModel

/// Refuses requests while as many are in work as the server has connections for, except those about its health.
struct ConnectionLimitMiddleware: RouterMiddleware {
    typealias Context = ComponentRequestContext

    private static let alwaysAnswered: Set<String> = ["/health", "/metrics"]

    let connections: Connections

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if connections.isCrowded, !Self.alwaysAnswered.contains(context.endpointPath ?? "") {
            throw LIFError(
                .overloaded, "The server is at its limit of concurrent requests (max_connections). Try again later.",
                blame: .us, isRetryable: true)
        }
        return try await next(request, context)
    }
}
