import LIFHTTP
import LIFJSON
import LIFModel

/// One request to an information source, with failures as an operator's errors.
struct SourceHTTP: Sendable {
    let client: OutgoingHTTPClient
    let maximumAnswerBytes: Int
    /// For one request; the time-out of the whole task is `TaskRunner`'s, and usually shorter.
    let timeout: Duration

    /// - Returns: The answer, whatever its status.
    /// - Throws: `OperatorException`; `CancellationError` when the task is cancelled.
    func send(
        _ method: OutgoingRequest.Method, _ url: String, headers: [(name: String, value: String)], body: [UInt8]? = nil
    ) async throws -> OutgoingResponse {
        let request = OutgoingRequest(
            method, url: url, headers: headers, body: body, timeout: timeout, maximumBodyBytes: maximumAnswerBytes)
        do throws(OutgoingHTTPError) {
            return try await client.send(request)
        } catch {
            try Task.checkCancellation()
            throw SourceFailure.noAnswer(error)
        }
    }

    /// - Throws: `OperatorException` with reason `invalid-answer` when it is not JSON or too deep.
    func json(_ answer: OutgoingResponse) throws(LIFError) -> RawJSON {
        try RawJSON(answer: answer.body, maximumBytes: maximumAnswerBytes)
    }
}
