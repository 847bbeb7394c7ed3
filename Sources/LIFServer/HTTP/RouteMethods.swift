import HTTPTypes
import Hummingbird

/// Which methods each path has a route for.
struct RouteMethods: Sendable {
    private struct Route {
        /// The template's segments; `nil` for one that takes any text.
        let segments: [String?]
        let method: String
    }

    private let routes: [Route]

    /// - Parameter routes: Methods with their templates: `("GET", "/jobs/{job_id}")`.
    init(_ routes: [(method: String, template: String)]) {
        self.routes = routes.map { route in
            Route(
                segments: route.template.split(separator: "/").map { $0.hasPrefix("{") ? nil : String($0) },
                method: route.method)
        }
    }

    /// What `Allow` says of a path, each `GET` route answering `HEAD` too. Empty when the path has no route at all.
    func allowed(at path: String) -> [String] {
        let segments = path.split(separator: "/")
        let methods = routes.filter { route in
            route.segments.count == segments.count
                && zip(route.segments, segments).allSatisfy { $0 == nil || $0 == String($1) }
        }.map(\.method)
        return Set(methods + (methods.contains("GET") ? ["HEAD"] : [])).sorted()
    }
}

/// A route that is there, but not for this method.
struct MethodNotAllowed: Error {
    let allowed: [String]
}

/// Refuses a method that a path has no route for. It must be the last one added, after all routes: then it runs only for
/// requests that no route takes.
struct MethodMiddleware: RouterMiddleware {
    typealias Context = ComponentRequestContext

    let methods: RouteMethods

    init(_ router: Router<ComponentRequestContext>) {
        methods = RouteMethods(router.routes.map { ($0.method.rawValue, "\($0.path)") })
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let allowed = methods.allowed(at: request.uri.path)
        if !allowed.isEmpty { throw MethodNotAllowed(allowed: allowed) }
        return try await next(request, context)
    }
}
