import HTTPTypes
import Hummingbird
import LIFJSON
import LIFModel
import NIOCore

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
        let buffer: ByteBuffer
        do {
            try request.checkAnnouncedLength(upTo: maximumBodyBytes)
            buffer = try await request.body.collect(upTo: maximumBodyBytes)
        } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
            throw LIFError(.requestTooLarge, "The results are larger than \(maximumBodyBytes) bytes.", cause: error)
        } catch let error where error is CancellationError || error is any HTTPResponseError {
            throw error
        } catch {
            throw LIFError(.queryParseException, "The results could not be read to their end.", cause: error)
        }
        do {
            // Passed on as bytes: nothing of it is built into values, so it may be as deep as any JSON that is taken.
            return try RawJSON(
                validating: Array(buffer.readableBytesView), limits: JSONLimits(maximumBytes: maximumBodyBytes))
        } catch {
            throw LIFError(.queryParseException, "The results are not JSON: \(error).", cause: error)
        }
    }
}
