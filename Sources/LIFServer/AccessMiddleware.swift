import HTTPTypes
import Hummingbird
import LIFModel

/// Lets in who may come in: the `Host` must be one of ours, and the token the configured one. Where there is no token, pages
/// of other sites are kept out.
struct AccessMiddleware<Context: RequestContext>: RouterMiddleware {
    private let configuration: ListenerConfiguration
    private let hosts: Set<String>

    init(_ configuration: ListenerConfiguration) {
        self.configuration = configuration
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        hosts = Set((["localhost", "127.0.0.1", "[::1]", host] + configuration.allowedHosts).map { $0.lowercased() })
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // Whether the server lives is no secret, and whoever watches it has no token and asks it by its address.
        if context.endpointPath != "/health" {
            try checkHost(request)
            // The description of the routes is the same everywhere, and a browser sends no token for a page.
            if !DocumentationRoutes.paths.contains(context.endpointPath ?? "") {
                try checkToken(request, context)
                try checkOrigin(request, context)
            }
        }
        return try await next(request, context)
    }

    /// Without it, a page of another site could reach a loopback server through a name that it points there.
    private func checkHost(_ request: Request) throws(LIFError) {
        if configuration.token != nil, configuration.allowedHosts.isEmpty { return }
        let authority = (request.head.authority ?? "").lowercased()
        if hosts.contains(authority) || hosts.contains(Self.withoutPort(authority)) { return }
        throw LIFError(
            .hostNotAllowed,
            "The request's Host is not one of this server's names. Add it to \"allowed_hosts\" if it should be.")
    }

    /// Without a token, a page of another site could have a browser on this machine send anything here that needs no leave
    /// first: a simple `POST` (Fetch Standard, "CORS protocol"). A page of one of our names may, at any port.
    private func checkOrigin(_ request: Request, _ context: Context) throws(LIFError) {
        guard tokens(for: context).isEmpty else { return }
        let isForeign: Bool
        if let origin = request.headers[.origin] {
            isForeign = !isOurs(origin)
        } else {
            isForeign = request.headers[LIFField.fetchSite]?.lowercased() == "cross-site"
        }
        if isForeign {
            throw LIFError(
                .hostNotAllowed,
                "The request comes from a page of another site, and this server has no token. Configure one, or add the "
                    + "site's host to \"allowed_hosts\" if it should be let in.")
        }
    }

    /// `null`, which a browser sends for a page without an origin, is not.
    private func isOurs(_ origin: String) -> Bool {
        guard let scheme = origin.firstRange(of: "://") else { return false }
        let authority = origin[scheme.upperBound...].lowercased()
        return hosts.contains(authority) || hosts.contains(Self.withoutPort(authority))
    }

    /// `localhost:8002` without the port, `[::1]:8002` too.
    private static func withoutPort(_ authority: String) -> String {
        guard let colon = authority.lastIndex(of: ":"),
            authority[authority.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return authority }
        return String(authority[..<colon])
    }

    private func checkToken(_ request: Request, _ context: Context) throws(LIFError) {
        let tokens = tokens(for: context)
        if tokens.isEmpty { return }
        var given = [request.headers[LIFField.apiKey]]
        if let authorization = request.headers[.authorization], authorization.lowercased().hasPrefix("bearer ") {
            given.append(String(authorization.dropFirst("bearer ".count)))
        }
        let isKnown = tokens.contains { token in
            !token.isEmpty && given.contains { $0.map { Self.isEqual($0, token) } ?? false }
        }
        if !isKnown {
            throw LIFError(
                .notAuthorized, "Give the server's token as \"Authorization: Bearer …\" or \"X-API-Key: …\".")
        }
    }

    /// Those that open the route; none where it is open to all. An orchestrator that posts results has a token that opens
    /// nothing else.
    private func tokens(for context: Context) -> [String] {
        let forResults = context.endpointPath == OrchestrationResultsRoute.path ? configuration.resultsToken : nil
        return [configuration.token, forResults].compactMap(\.self)
    }

    /// Takes the same time wherever the first difference is.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
