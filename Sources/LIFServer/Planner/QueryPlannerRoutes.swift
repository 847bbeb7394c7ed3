import HTTPTypes
import Hummingbird
import LIFJSON
import LIFModel
import LIFQueryPlanner
import Logging
import NIOCore

/// The Query Planner's routes that take queries (docs/reference/routes.md).
struct QueryPlannerRoutes: Sendable {
    let planner: QueryPlanner
    let maximumBodyBytes: Int

    func add(to router: Router<ComponentRequestContext>) {
        router.post("query") { request, context in try await query(request, context) }
        router.post("query_async") { request, context in try await queryAsync(request, context) }
        router.get("/") { _, _ in Response.json { $0.member("message", "LIF Query Planner") } }
    }

    /// Waits for the answer; only those who asked for it get 202 when it takes longer, the others 408.
    private func query(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let document = try await request.json(upTo: maximumBodyBytes, code: .queryNotValid, context)
        let preferences = try QueryPreferences(request.headers, query: document)
        switch try await reply(to: try Self.read(document, context), preferences.options, context) {
        case .answer(let ready):
            return preferences.isNative ? try Self.native(ready) : Self.compatible(ready)
        case .kept(let kept):
            return try await answer(kept, isNative: preferences.isNative)
        case .cached(let cached):
            return try await answer(cached, isNative: preferences.isNative) {}
        case .goesOn(let id):
            if preferences.options.asynchrony != .refused { return Self.accepted(id, location: "/query/\(id)") }
            throw LIFError(
                .queryTimeout,
                "The answer takes longer than \(planner.configuration.timeout.forPeople). The query goes on: read its result "
                    + "at /query/\(id).", blame: .source, isRetryable: true, correlationID: id)
        }
    }

    /// As deployed: the records when the cache has all of them, else a correlation id.
    private func queryAsync(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let document = try await request.json(upTo: maximumBodyBytes, code: .queryNotValid, context)
        var options = try QueryPreferences(request.headers, query: document).options
        options.asynchrony = .preferred
        switch try await reply(to: try Self.read(document, context), options, context) {
        case .answer(let ready): return Self.compatible(ready)
        case .kept(let kept): return try await answer(kept, isNative: false)
        case .cached(let cached): return try await answer(cached, isNative: false) {}
        case .goesOn(let id): return Self.accepted(id, location: "/query/\(id)/status")
        }
    }

    private static func read(
        _ document: JSONValue, _ context: ComponentRequestContext
    ) throws(LIFError) -> LIFQuery {
        let query = try LIFQuery(document: document)
        let ignored = QueryMembers.ignored(in: document)
        if !ignored.isEmpty {
            context.logger.debug("Members of a query were ignored", metadata: ["members": "\(ignored)"])
        }
        return query
    }

    /// What is not ready in memory is cancelled when its client leaves.
    private func reply(
        to query: LIFQuery, _ options: QueryOptions, _ context: ComponentRequestContext
    ) async throws -> QueryPlanner.Reply {
        try await planner.reply(to: query, options) { work in try await context.whileClientStays(work) }
    }

    private static func compatible(_ ready: ReadyAnswer) -> Response {
        .json(
            .ok, ready.compatible,
            headers: AnswerHeaders.compatible(oldest: ready.oldestData, gaps: ready.answer.gaps))
    }

    private static func native(_ ready: ReadyAnswer) throws(LIFError) -> Response {
        if !ready.answer.mayKnowLearner { throw QueryPlanner.unknownLearner }
        return .json(
            .ok, ready.answer.nativeJSON(correlationID: nil), type: QueryPreferences.resultType,
            headers: AnswerHeaders.age(ready.oldestData))
    }

    /// - Parameter discard: Is called when the answer was given, or cannot be.
    private func answer(
        _ streamed: some StreamedAnswer, isNative: Bool, discard: @escaping @Sendable () async -> Void
    ) async throws -> Response {
        do {
            if isNative, !streamed.mayKnowLearner { throw QueryPlanner.unknownLearner }
            let gaps = isNative ? [] : try await streamed.gaps()
            return Response(
                status: .ok,
                headers: AnswerHeaders.compatible(oldest: streamed.oldestData, gaps: gaps)
                    .with(.contentType, isNative ? QueryPreferences.resultType : "application/json"),
                body: ResponseBody { writer in
                    do {
                        if isNative {
                            // It cannot be asked for again.
                            try await streamed.writeNative(correlationID: nil) {
                                try await writer.write(ByteBuffer(bytes: $0))
                            }
                        } else {
                            try await streamed.writeCompatible { try await writer.write(ByteBuffer(bytes: $0)) }
                        }
                        try await writer.finish(nil)
                    } catch {
                        await discard()
                        throw error
                    }
                    await discard()
                })
        } catch {
            await discard()
            throw error
        }
    }

    /// An answer that was made for this request alone is removed when it was given: its client does not know its id.
    private func answer(_ kept: KeptAnswer, isNative: Bool) async throws -> Response {
        try await answer(kept, isNative: isNative) { [planner] in await planner.discard(kept.request.id) }
    }

    static func accepted(_ id: RandomID, location: String) -> Response {
        let headers: HTTPFields = [.location: location, .retryAfter: "1"]
        return .json(.accepted, headers: headers) { writer in
            writer.member("query_id", id.text)
            writer.member("status", "PENDING")
            writer.member("error_message", nil as String?)
        }
    }
}

extension HTTPFields {
    func with(_ name: HTTPField.Name, _ value: String) -> HTTPFields {
        var fields = self
        fields[name] = value
        return fields
    }
}
