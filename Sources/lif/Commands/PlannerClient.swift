import Foundation
import LIFHTTP
import LIFJSON
import LIFModel
import LIFQueryPlanner

/// Asks a Query Planner over HTTP.
struct PlannerClient {
    let url: String

    /// - Returns: The native result document.
    /// - Throws: `LIFError`: the planner's own, or `NeighbourNotAvailable`.
    func query(_ query: LIFQuery) async throws -> RawJSON {
        let http = OutgoingHTTPClient(.ofEnvironment)
        do {
            let response = try await answer(to: query, http)
            try await http.shutdown()
            return response
        } catch let error as OutgoingHTTPError {
            try? await http.shutdown()
            throw LIFError(
                .neighbourNotAvailable, "The Query Planner cannot be reached: \(error.message) Is `lif serve` running?",
                blame: .source, isRetryable: HTTPFailure(error, of: .neighbour).isRetryable, cause: error)
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    private func answer(to query: LIFQuery, _ http: OutgoingHTTPClient) async throws -> RawJSON {
        var headers: [(name: String, value: String)] = [
            ("Content-Type", "application/json"), ("Accept", "application/vnd.lif.result+json"),
        ]
        let token = ConfigurationOptions.token
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        var response = try await http.send(
            OutgoingRequest(
                .post, url: base + "/query", headers: headers, body: Array(query.json.bytes), timeout: .seconds(60)))
        // The answer takes longer than the planner lets a client wait: it says where the query goes on.
        while response.status == 202, let location = response.header("Location") {
            // A planner that is about to stop does not wait.
            try await Task.sleep(for: .milliseconds(100))
            response = try await http.send(
                OutgoingRequest(
                    .get, url: base + location, headers: headers + [("Prefer", "wait=30")], body: nil,
                    timeout: .seconds(60)))
        }
        if response.status == 401 { throw Self.notAuthorized(hasToken: token != nil) }
        let document = try document(response.body)
        guard response.status == 200 else {
            let code = document["code"]?.string.flatMap(LIFError.Code.init(rawValue:)) ?? .neighbourNotAvailable
            throw LIFError(code, document["detail"]?.string ?? "The planner answered with status \(response.status).")
        }
        return document
    }

    private static func notAuthorized(hasToken: Bool) -> LIFError {
        LIFError(
            .notAuthorized,
            hasToken
                ? "The planner refuses the token in the environment variable LIF_TOKEN. Set it to the planner's token."
                : "The planner needs a token. Put it into the environment variable LIF_TOKEN.")
    }

    private var base: String {
        let absolute = url.contains("://") ? url : "http://\(url)"
        return absolute.hasSuffix("/") ? String(absolute.dropLast()) : absolute
    }

    private func document(_ body: [UInt8]) throws(LIFError) -> RawJSON {
        do {
            return try RawJSON(validating: body)
        } catch {
            throw LIFError(
                .neighbourNotAvailable, "The server there is not a Query Planner: its answer is not JSON.",
                blame: .source)
        }
    }
}
