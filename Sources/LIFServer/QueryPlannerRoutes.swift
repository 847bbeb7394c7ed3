import HTTPTypes
import Hummingbird
import LIFJSON
import LIFModel
import LIFQueryPlanner

/// The Query Planner's routes (docs/reference/routes.md).
struct QueryPlannerRoutes: Sendable {
    static let resultType = "application/vnd.lif.result+json"
    /// The longest that a request for a result waits, whatever it prefers.
    static let longestWait = Duration.seconds(60)
    private static let unknownLearner = LIFError(
        .learnerNotFound, "None of the sources knows the learner. Look at the identifier and its type.")

    let planner: QueryPlanner
    let maximumBodyBytes: Int

    func add(to router: Router<ComponentRequestContext>) {
        router.post("query") { request, context in try await query(request, context) }
        router.post("query_async") { request, _ in try await queryAsync(request) }
        router.get("query/:id") { request, context in try await result(request, context) }
        router.get("query/:id/status") { _, context in try await status(context) }
        router.post("update") { _, _ -> Response in
            throw LIFError(.notSupportedYet, "Write queries are not answered by this version.")
        }
        router.get("/") { _, _ in Response.json { $0.member("message", "LIF Query Planner") } }
    }

    /// Waits for the answer; only those who asked for it get 202 when it takes longer, the others 408.
    private func query(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let prefer = PreferHeader(request.headers)
        let isNative = request.headers[values: .accept].contains { $0.contains(Self.resultType) }
        let query = try LIFQuery(json: try await request.json(upTo: maximumBodyBytes, code: .queryNotValid))
        var limit = planner.configuration.timeout
        if let wait = prefer.wait { limit = min(limit, wait) } else if prefer.respondAsync { limit = .zero }

        switch try await reply(to: query, within: limit, context) {
        case .answer(let ready):
            return isNative ? try native(ready.answer) : compatible(ready)
        case .goesOn(let id):
            if isNative || prefer.respondAsync || prefer.wait != nil {
                return Self.accepted(id, location: "/query/\(id)")
            }
            throw LIFError(
                .queryTimeout,
                "The answer takes longer than \(limit.forPeople). The query goes on: read its result at /query/\(id).",
                blame: .source, isRetryable: true, correlationID: id)
        }
    }

    private func queryAsync(_ request: Request) async throws -> Response {
        let query = try LIFQuery(json: try await request.json(upTo: maximumBodyBytes, code: .queryNotValid))
        switch try await planner.reply(to: query, within: .zero) {
        case .answer(let ready): return compatible(ready)
        case .goesOn(let id): return Self.accepted(id, location: "/query/\(id)/status")
        }
    }

    /// What the cache has is answered as it is; a fetch is cancelled when its client leaves.
    private func reply(
        to query: LIFQuery, within limit: Duration, _ context: ComponentRequestContext
    ) async throws -> QueryPlanner.Reply {
        if let ready = try await planner.cached(query) { return .answer(ready) }
        return try await context.whileClientStays { [planner] in try await planner.reply(to: query, within: limit) }
    }

    private func compatible(_ ready: ReadyAnswer) -> Response {
        var headers: HTTPFields = [:]
        if let missing = MissingHeader.value(ready.answer.gaps) { headers[LIFField.missing] = missing }
        return .json(.ok, ready.compatible, headers: headers)
    }

    private func native(_ answer: QueryAnswer) throws(LIFError) -> Response {
        if !answer.mayKnowLearner { throw Self.unknownLearner }
        return .json(.ok, answer.nativeJSON(correlationID: nil), type: Self.resultType)
    }

    private static func accepted(_ id: RandomID, location: String) -> Response {
        let headers: HTTPFields = [.location: location, .retryAfter: "1"]
        return .json(.accepted, headers: headers) { writer in
            writer.member("query_id", id.text)
            writer.member("status", "PENDING")
            writer.member("error_message", nil as String?)
        }
    }

    private func id(_ context: ComponentRequestContext) throws(LIFError) -> RandomID {
        guard let id = context.parameters.get("id").flatMap({ RandomID($0) }) else {
            throw LIFError(.correlationIDNotFound, "There is no query of this correlation id.")
        }
        return id
    }

    private func promised(
        _ id: RandomID, waitingFor limit: Duration, _ context: ComponentRequestContext
    ) async throws -> ProcessedRequest {
        let limit = min(limit, Self.longestWait)
        guard limit > .zero else { return try await planner.request(id) }
        let request = try await context.wait { [planner] in try await planner.request(id, waitingFor: limit) }
        if let request { return request }
        return try await planner.request(id)
    }

    private func result(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let id = try id(context)
        let processed = try await promised(id, waitingFor: PreferHeader(request.headers).wait ?? .zero, context)
        switch processed.state {
        case .pending:
            return Self.accepted(processed.id, location: "/query/\(processed.id)")
        case .completed(let result):
            if result["learner_known"]?.value() == false { throw Self.unknownLearner }
            return .json(.ok, result, type: Self.resultType)
        case .failed(let code, let message):
            throw LIFError(
                LIFError.Code(rawValue: code) ?? .sourcesNotAvailable,
                "The query has ended without an answer: \(message) To try again, ask the query anew.", blame: .source,
                isFinal: true)
        }
    }

    private func status(_ context: ComponentRequestContext) async throws -> Response {
        let processed = try await planner.request(try id(context))
        let (status, message): (String, String?) =
            switch processed.state {
            case .pending: ("PENDING", nil)
            case .completed: ("COMPLETED", nil)
            case .failed(_, let message): ("FAILED", message)
            }
        return .json { writer in
            writer.member("query_id", processed.id.text)
            writer.member("status", status)
            writer.member("error_message", message)
        }
    }
}
