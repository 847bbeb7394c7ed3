import HTTPTypes
import Hummingbird
import NIOCore

/// A component's description, for programs at `/openapi.json` and for people at `/docs`.
///
/// Both hold nothing of this installation. The page needs nothing from anywhere but the server it came from, so it
/// works without the internet.
struct DocumentationRoutes: Sendable {
    /// The routes' paths. A browser cannot send a token for a page: these may be open where the others are not.
    static let paths: Set<String> = ["/openapi.json", "/docs"]

    /// The page's own styles and scripts are inline; it talks to its own server alone, and stands in no frame.
    static let contentSecurityPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    let document: OpenAPIDocument

    func add(to router: Router<ComponentRequestContext>) {
        let description = Self.response(document.bytes, type: "application/json")
        var page = Self.response(PackageResources.docs_html, type: "text/html; charset=utf-8")
        page.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        router.get("openapi.json") { [description] _, _ in description }
        router.get("docs") { [page] _, _ in page }
    }

    private static func response(_ bytes: [UInt8], type: String) -> Response {
        let headers: HTTPFields = [
            .contentType: type, .contentLength: "\(bytes.count)", .xContentTypeOptions: "nosniff",
        ]
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
