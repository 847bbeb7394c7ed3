import LIFModel

/// Decides who may come in: the `Host` must be one of ours, and the token the configured one. Where a request comes in
/// without a token, pages of other sites are kept out.
struct AccessRules: Sendable {
    /// How a request comes in.
    enum Admission: Equatable {
        /// It has the right token, or its route asks for none.
        case asConfigured
        /// Without the token that its route asks for, which `TokenMode.accept` allows.
        case withoutToken
    }

    /// What of a request decides.
    struct Visit {
        /// The template of the route; `nil` for none.
        var route: String?
        /// `nil` where HTTP/1.0 gives none; no browser does so.
        var authority: String?
        var origin: String?
        var fetchSite: String?
        /// What the request brings as tokens; none of them is empty.
        var tokens: [String]
    }

    /// What a route asks for.
    private enum Door {
        case open
        case locked(tokens: [String])
        /// As `locked`, but a request without any token comes in too.
        case ajar(tokens: [String])
        /// It would be locked, and there is no token.
        case closed

        var tokens: [String] {
            switch self {
            case .open, .closed: []
            case .locked(let tokens), .ajar(let tokens): tokens
            }
        }
    }

    /// Who watches a server or balances the load of several has no token, and asks by an address. These show no secret.
    private static let publicRoutes: Set<String> = ["/health", "/"]

    private let configuration: ListenerConfiguration
    private let hosts: Set<String>

    init(_ configuration: ListenerConfiguration) {
        self.configuration = configuration
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        hosts = Set((["localhost", "127.0.0.1", "[::1]", host] + configuration.allowedHosts).map { $0.lowercased() })
    }

    /// - Throws: `LIFError` `HostNotAllowed`, `NotAuthorized`.
    func admit(_ visit: Visit) throws(LIFError) -> Admission {
        let route = visit.route ?? ""
        if Self.publicRoutes.contains(route) { return .asConfigured }
        let door = door(of: route)
        let hasToken = visit.tokens.contains { given in door.tokens.contains { Self.isEqual(given, $0) } }
        if let authority = visit.authority, !mayNameAnyHost(hasToken: hasToken), !isOurs(authority: authority) {
            throw LIFError(
                .hostNotAllowed,
                "The request's Host is not one of this server's names. Add it to \"allowed_hosts\" if it should be.")
        }
        // The description of the routes is the same everywhere, and a browser sends no token for a page.
        if hasToken || DocumentationRoutes.paths.contains(route) { return .asConfigured }
        let admission: Admission
        switch door {
        case .open:
            admission = .asConfigured
        case .ajar where visit.tokens.isEmpty:
            admission = .withoutToken
        case .ajar, .locked:
            throw LIFError(
                .notAuthorized, "Give the server's token as \"Authorization: Bearer …\" or \"X-API-Key: …\".")
        case .closed:
            throw LIFError(
                .notAuthorized,
                "This route reads or changes identities, and an open server has no token to check. Configure "
                    + "\"planner.token\"; with \"planner.token_mode: accept\" the other routes stay open.")
        }
        try checkOrigin(visit)
        return admission
    }

    private func door(of route: String) -> Door {
        let token = configuration.token
        // A changed mapping has one learner's data answered as another's, and no deployed service calls these routes.
        if IdentityMapperRoutes.serve(route), configuration.isOpen || configuration.acceptsNoToken {
            return token.map { .locked(tokens: [$0]) } ?? .closed
        }
        // An orchestrator that posts results may have a token of its own, which opens nothing else.
        if route == OrchestrationResultsRoute.path, let own = configuration.resultsToken, own != token {
            return .locked(tokens: [token, own].compactMap(\.self))
        }
        guard let token else { return .open }
        return configuration.acceptsNoToken ? .ajar(tokens: [token]) : .locked(tokens: [token])
    }

    /// The names of a container network are not known beforehand. On loopback, a page of another site could reach a server
    /// without a token through a name that it points there.
    private func mayNameAnyHost(hasToken: Bool) -> Bool {
        guard configuration.allowedHosts.isEmpty else { return false }
        if configuration.acceptsNoToken { return hasToken || !configuration.isLoopback }
        return configuration.token != nil || configuration.isOpen
    }

    /// Without a token, a page of another site could have a browser that reaches this server send anything that needs no
    /// leave first: a simple `POST` (Fetch Standard, "CORS protocol"). A page of one of our names may, at any port.
    private func checkOrigin(_ visit: Visit) throws(LIFError) {
        let isForeign: Bool
        if let origin = visit.origin {
            isForeign = !isOurs(origin: origin)
        } else {
            isForeign = visit.fetchSite?.lowercased() == "cross-site"
        }
        if isForeign {
            throw LIFError(
                .hostNotAllowed,
                "The request comes from a page of another site, and without a token. Send the server's token, or add the "
                    + "site's host to \"allowed_hosts\" if it should be let in.")
        }
    }

    /// `null`, which a browser sends for a page without an origin, is not.
    private func isOurs(origin: String) -> Bool {
        guard let scheme = origin.firstRange(of: "://") else { return false }
        return isOurs(authority: String(origin[scheme.upperBound...]))
    }

    private func isOurs(authority: String) -> Bool {
        let authority = authority.lowercased()
        return hosts.contains(authority) || hosts.contains(Self.withoutPort(authority))
    }

    /// `localhost:8002` without the port, `[::1]:8002` too.
    private static func withoutPort(_ authority: String) -> String {
        guard let colon = authority.lastIndex(of: ":"),
            authority[authority.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return authority }
        return String(authority[..<colon])
    }

    /// Takes the same time wherever the first difference is.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
