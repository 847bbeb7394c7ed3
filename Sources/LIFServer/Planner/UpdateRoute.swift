import HTTPTypes
import Hummingbird
import LIFModel
import LIFQueryPlanner
import NIOCore

/// Takes updates of records for the LIF Cache that is configured, as deployed planners do (docs/reference/routes.md).
///
/// The update goes on when its client leaves: it may have been made already.
struct UpdateRoute: Sendable {
    let updater: RecordUpdater?
    let maximumBodyBytes: Int

    func add(to router: Router<ComponentRequestContext>) {
        router.post("update") { request, _ in try await update(request) }
    }

    private func update(_ request: Request) async throws -> Response {
        guard let updater else {
            throw LIFError(
                .notSupportedYet,
                "There is no LIF Cache here to pass an update on to. Configure one with \"lif_cache.url\" or "
                    + "LIF_QUERY_CACHE_URL. Updates of information sources are not supported by this version.")
        }
        let body = try await request.content(upTo: maximumBodyBytes, code: .queryNotValid)
        let answer = try await updater.update(
            try RecordUpdate(body: body, maximumBytes: maximumBodyBytes))
        return .json(HTTPResponse.Status(code: answer.status), answer.document)
    }
}
