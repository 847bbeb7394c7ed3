import Foundation
import HTTPTypes
import Hummingbird
import LIFModel
import Logging

/// Lets in who may come in by `AccessRules`; counts and logs who comes without a token where one is configured.
struct AccessMiddleware<Context: RemoteAddressRequestContext>: RouterMiddleware {
    private let component: String
    private let rules: AccessRules
    private let metrics: ServerMetrics
    private let unauthenticated = UnauthenticatedRequests()

    /// - Parameter component: As logs and metrics name it.
    init(_ configuration: ListenerConfiguration, of component: String, metrics: ServerMetrics = ServerMetrics()) {
        self.component = component
        self.metrics = metrics
        rules = AccessRules(configuration)
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        try HostField.check(request.head.authority)
        let admission = try rules.admit(
            AccessRules.Visit(
                route: context.endpointPath, authority: request.head.authority, origin: request.headers[.origin],
                fetchSite: request.headers[LIFField.fetchSite], tokens: Self.tokens(of: request)))
        if admission == .withoutToken { note(context) }
        return try await next(request, context)
    }

    private static func tokens(of request: Request) -> [String] {
        var tokens = [request.headers[LIFField.apiKey]]
        if let authorization = request.headers[.authorization], authorization.lowercased().hasPrefix("bearer ") {
            tokens.append(String(authorization.dropFirst("bearer ".count)))
        }
        return tokens.compactMap { $0?.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private func note(_ context: Context) {
        metrics.requestWithoutToken(to: component)
        // Of a proxy in front, this is the proxy's.
        let address = context.remoteAddress?.ipAddress ?? "unknown"
        guard let unlogged = unauthenticated.note(address) else { return }
        context.logger.warning(
            "A request came without the token",
            metadata: [
                "component": "\(component)", "address": "\(address)", "route": "\(context.endpointPath ?? "none")",
                "unlogged_before": "\(unlogged)",
            ])
    }
}
