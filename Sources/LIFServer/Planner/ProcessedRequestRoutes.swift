import HTTPTypes
import Hummingbird
import LIFJSON
import LIFModel
import LIFQueryPlanner
import NIOCore

/// The Query Planner's routes about asynchronous queries (docs/reference/routes.md).
struct ProcessedRequestRoutes: Sendable {
    /// The longest that a request waits, whatever it prefers.
    static let longestWait = Duration.seconds(60)
    /// Queries that one request may ask about.
    static let maximumIDs = 100
    /// Parts that a status shows at once.
    static let maximumParts = 1_000

    let planner: QueryPlanner

    func add(to router: Router<ComponentRequestContext>) {
        router.get("query") { request, context in try await results(request, context) }
        router.get("query/:id") { request, context in try await result(request, context) }
        router.get("query/:id/status") { request, context in try await status(request, context) }
        router.get("query/:id/events") { request, context in try await events(request, context) }
    }

    private func id(_ context: ComponentRequestContext) throws(LIFError) -> RandomID {
        guard let id = context.parameters.get("id").flatMap({ RandomID($0) }) else {
            throw LIFError(.correlationIDNotFound, "There is no query of this correlation id.")
        }
        return id
    }

    /// - Throws: `LIFError` `CorrelationIDNotFound`, `ResultExpired`.
    private func asynchronous(
        _ id: RandomID, waitingFor limit: Duration, _ context: ComponentRequestContext
    ) async throws -> ProcessedRequest {
        var request: ProcessedRequest?
        if limit > .zero {
            request = try await context.wait { [planner] in try await planner.request(id, waitingFor: limit) }
        }
        if let request, request.state != .pending { return try Self.notExpired(request) }
        return try Self.notExpired(try await planner.request(id))
    }

    private static func notExpired(_ request: ProcessedRequest) throws(LIFError) -> ProcessedRequest {
        if request.state == .expired {
            throw LIFError(
                .resultExpired, "The query's answer is no longer kept. Send the query again.", isFinal: true)
        }
        return request
    }

    private func result(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let wait = min(PreferHeader(request.headers).wait ?? .zero, Self.longestWait)
        let processed = try await asynchronous(try id(context), waitingFor: wait, context)
        switch processed.state {
        case .pending, .expired:
            return QueryPlannerRoutes.accepted(processed.id, location: "/query/\(processed.id)")
        case .failed(let code, let message):
            throw LIFError(
                LIFError.Code(rawValue: code) ?? .sourcesNotAvailable,
                "The query has ended without an answer and must be sent again: \(message)", blame: .source,
                isFinal: true)
        case .completed:
            let answer = try await planner.answer(to: processed)
            if !answer.mayKnowLearner { throw QueryPlanner.unknownLearner }
            let tag = EntityTag(answer)
            var headers = AnswerHeaders.age(answer.progress.oldestData).with(.eTag, tag.text)
            // Whoever keeps it asks whether it is still there: it may have been forgotten.
            headers[.cacheControl] = "private, no-cache"
            if tag.isNamed(by: request.headers[values: .ifNoneMatch]) {
                return Response(status: .notModified, headers: headers)
            }
            headers[.contentType] = QueryPreferences.resultType
            return Response(
                status: .ok, headers: headers,
                body: ResponseBody { writer in
                    try await answer.writeNative(correlationID: processed.id) {
                        try await writer.write(ByteBuffer(bytes: $0))
                    }
                    try await writer.finish(nil)
                })
        }
    }

    /// Several queries at once: for each its status, and its result when it has one.
    private func results(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        var known: Set<String> = []
        let texts = request.uri.queryParameters.getAll("id").map { String($0) }.filter { known.insert($0).inserted }
        if texts.isEmpty {
            throw LIFError(.queryNotValid, "Name the queries: /query?id=…&id=…. To send a new one, use POST.")
        }
        if texts.count > Self.maximumIDs {
            throw LIFError(.queryNotValid, "At most \(Self.maximumIDs) queries can be read at once.")
        }
        let end = ContinuousClock.now + min(PreferHeader(request.headers).wait ?? .zero, Self.longestWait)
        var entries: [ProcessedQueryEntry] = []
        for text in texts {
            entries.append(
                try await entry(text, waitingFor: max(.zero, end - .now), context))
        }
        let isPending = entries.contains(where: \.isPending)
        var headers: HTTPFields = [.contentType: "application/json"]
        if isPending { headers[.retryAfter] = "1" }
        return Response(
            status: isPending ? .accepted : .ok, headers: headers,
            body: ResponseBody { [entries] writer in
                var separator = "["
                for entry in entries {
                    try await writer.write(ByteBuffer(string: separator))
                    try await entry.write { try await writer.write(ByteBuffer(bytes: $0)) }
                    separator = ","
                }
                try await writer.write(ByteBuffer(string: "]"))
                try await writer.finish(nil)
            })
    }

    private func entry(
        _ text: String, waitingFor limit: Duration, _ context: ComponentRequestContext
    ) async throws -> ProcessedQueryEntry {
        do {
            guard let id = RandomID(text) else {
                throw LIFError(.correlationIDNotFound, "There is no query of this correlation id.")
            }
            let request = try await asynchronous(id, waitingFor: limit, context)
            let progress = try await planner.progress(of: id)
            guard request.state == .completed else { return ProcessedQueryEntry(request, progress) }
            return ProcessedQueryEntry(request, progress, answer: try await planner.answer(to: request))
        } catch let error as LIFError where [.correlationIDNotFound, .resultExpired].contains(error.code) {
            return ProcessedQueryEntry(unanswered: text, error)
        }
    }

    private func status(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let processed = try await asynchronous(try id(context), waitingFor: .zero, context)
        let progress = try await planner.progress(of: processed.id)
        guard let after = Int(request.uri.queryParameters.get("after") ?? "0"), after >= 0 else {
            throw LIFError(.queryNotValid, "\"after\" must be a position: the \"next_after\" of the page before.")
        }
        let parts = try await planner.outcomes(of: processed.id, after: after, limit: Self.maximumParts)
        return .json { writer in
            writer.members(of: processed, progress)
            writer.name("parts")
            writer.array { writer in
                for part in parts {
                    writer.object { writer in
                        writer.member("position", part.position)
                        writer.members(of: part.landed.part)
                    }
                }
            }
            writer.name("next_after")
            if parts.count == Self.maximumParts, let last = parts.last {
                writer.value(last.position)
            } else {
                writer.null()
            }
        }
    }

    /// `part` as each one lands, with its fragment, and `end`. `Last-Event-ID` is the position of the last one seen.
    private func events(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let last = request.headers[LIFField.lastEventID] ?? "0"
        guard let position = Int(last), position >= 0 else {
            throw LIFError(.queryNotValid, "The Last-Event-ID is not the id of an event.")
        }
        let events = try await planner.events(of: try id(context), after: position)
        return ServerSentEvents(context: context) { try await events.next()?.sent }.response
    }
}
