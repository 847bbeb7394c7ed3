import LIFHTTP
import LIFJSON
import LIFModel

/// A secrets manager that is asked over HTTP, with faults as errors of its source.
struct SecretsService: Sendable {
    /// Larger than anything that the services keep under one name.
    static let maximumAnswerBytes = 4 << 20

    /// The name of the source.
    let name: String
    let client: OutgoingHTTPClient
    let timeout: Duration

    /// - Returns: The answer, whatever its status.
    // Swift 6.3.1 crashes when it optimises this into an asynchronous caller.
    @inline(never)
    func send(
        _ method: OutgoingRequest.Method = .get, url: String, headers: [(name: String, value: String)],
        body: [UInt8]? = nil
    ) async throws -> OutgoingResponse {
        let request = OutgoingRequest(
            method, url: url, headers: headers, body: body, timeout: timeout,
            maximumBodyBytes: Self.maximumAnswerBytes)
        do throws(OutgoingHTTPError) {
            return try await client.send(request)
        } catch {
            try Task.checkCancellation()
            throw noAnswer(error)
        }
    }

    /// Statuses by which Vault says that a node cannot answer at present: it lags, or is a standby.
    private static let passing: Set<Int> = [412, 472, 473]

    private func noAnswer(_ error: OutgoingHTTPError) -> LIFError {
        let failure = HTTPFailure(error, of: .neighbour)
        let problem =
            switch error.kind {
            case .timeout: "It did not answer within \(timeout.forPeople)"
            case .tooLarge, .protocolError: notItsAnswer
            default: "It \(failure.predicate)"
            }
        return fault(problem, isRetryable: failure.isRetryable, cause: error)
    }

    /// A status that no answer of the service's own explains.
    func unexpected(status: Int) -> LIFError {
        let failure = HTTPFailure(OutgoingResponse(status: status), of: .neighbour)
        if failure.isRetryable || Self.passing.contains(status) {
            return fault("It answered with HTTP \(status). Try again when it has recovered", isRetryable: true)
        }
        let isRedirect = (300..<400).contains(status)
        return fault(
            isRedirect
                ? "It \(failure.predicate)"
                : "It answered with HTTP \(status). Check its address and the other settings of this source")
    }

    /// What is said when an answer cannot be understood. Nothing of the answer is repeated: it may be a secret.
    var notItsAnswer: String {
        "What answered is not what this source expects. Check its address and the other settings of this source"
    }

    /// - Parameter problem: As in `LIFError.secretSource`.
    func fault(_ problem: String, isRetryable: Bool = false, cause: (any Error)? = nil) -> LIFError {
        .secretSource(name, problem, isRetryable: isRetryable, cause: cause)
    }

    /// A member of a document as text: numbers and booleans as they are written.
    ///
    /// - Returns: Nil for `null`, as for a member that is not there.
    /// - Throws: For an array or an object. The names stand in the message, the value does not.
    func text(of value: JSONValue?, key: String, path: String) throws(LIFError) -> String? {
        switch value {
        case nil, .null: return nil
        case .string(let text): return text
        case .number(let number): return number.text
        case .bool(let bool): return bool ? "true" : "false"
        case .array, .object:
            throw fault("The member \"\(key)\" of \"\(path)\" is an array or an object. Store it as text")
        }
    }

    /// - Throws: When a credential cannot be in a header: nothing is asked with one that was copied wrongly.
    static func check(_ credential: Secret, _ what: String, of source: String) throws(LIFError) {
        let text = credential.reveal()
        guard !text.isEmpty else { throw .secretSource(source, "The \(what) is empty") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .secretSource(
                source, "The \(what) has a space, a line end or another character that none has. Copy it again")
        }
    }
}
