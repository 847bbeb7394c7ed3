import HTTPTypes
import Hummingbird
import LIFJSON
import LIFModel

/// Takes the results that an orchestrator elsewhere posts (docs/reference/routes.md). The same results twice do nothing more.
struct OrchestrationResultsRoute: Sendable {
    /// As a context's `endpointPath` names it.
    static let path = "/orchestration/results"
    /// Bytes that one job's results may have: far more than a query has.
    static let maximumBodyBytes = 64 << 20

    let receive: @Sendable (RawJSON) async throws -> Void

    func add(to router: Router<ComponentRequestContext>) {
        router.post("orchestration/results") { request, _ in
            try await receive(try await Self.document(request))
            return Response.json(.ok, .null)
        }
    }

    private static func document(_ request: Request) async throws -> RawJSON {
        let bytes: [UInt8]
        do {
            bytes = try await request.content(upTo: maximumBodyBytes, code: .queryParseException)
        } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
            throw LIFError(.requestTooLarge, "The results are larger than \(maximumBodyBytes) bytes.", cause: error)
        }
        do {
            // Passed on as bytes: nothing of it is built into values, so it may be as deep as any JSON that is taken.
            return try await LargeBodies.parse(bytes) { bytes in
                try RawJSON(validating: bytes, limits: JSONLimits(maximumBytes: maximumBodyBytes))
            }
        } catch let error as JSONError {
            throw LIFError(.queryParseException, "The results are not JSON: \(error).", cause: error)
        }
    }
}
