import HTTPTypes
import Hummingbird
import LIFJSON
import LIFModel
import LIFOrchestrator
import LIFWorkflow
import NIOCore

/// How one looks into a job: its events, its graph and its log.
struct JobViewRoutes: Sendable {
    let orchestrator: Orchestrator

    func add(to router: Router<ComponentRequestContext>) {
        router.get("jobs/:job_id/events") { request, context in try await events(request, context) }
        router.get("jobs/:job_id/graph") { request, context in try await graph(request, context) }
        router.get("jobs/:job_id/log") { request, context in try await log(request, context) }
    }

    /// `part` as each outcome lands, with its fragments, and `end`. `Last-Event-ID` is the position of the last one seen.
    private func events(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let id = try context.jobID()
        let last = request.headers[LIFField.lastEventID] ?? "0"
        guard let position = Int64(last), position >= 0 else {
            throw LIFError(.queryParseException, "The Last-Event-ID is not the id of an event.")
        }
        let plan = try await orchestrator.report(id).job.plan
        let events = try await orchestrator.events(of: id, after: position)
        return ServerSentEvents(context: context) {
            var iterator = events.makeAsyncIterator()
            return try await iterator.next()?.sent(job: id, plan: plan)
        }.response
    }

    private func graph(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let (report, graph) = try await orchestrator.graph(try context.jobID())
        let states = JobTaskStates(report)
        let type = AcceptHeader(request.headers).preferred(among: [.json, .mermaid, .text], otherwise: ViewType.json)
        if type != .json { return .text(graph.mermaid { states.state(of: $0) }, type) }
        return .json(headers: ViewType.headers) { writer in
            writer.member("job_id", report.job.id.text)
            writer.name("tasks")
            writer.array { writer in
                for task in graph.tasks {
                    writer.object { writer in
                        writer.members(of: task, plan: report.job.plan)
                        writer.member("state", states.state(of: task.id).rawValue)
                    }
                }
            }
        }
    }

    private func log(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let entries = try await orchestrator.log(try context.jobID())
        if AcceptHeader(request.headers).preferred(among: [.text, .json], otherwise: ViewType.text) == .json {
            return .json(headers: ViewType.headers) { writer in
                writer.name("entries")
                writer.array { writer in
                    for entry in entries { writer.object { $0.members(of: entry) } }
                }
            }
        }
        return .text(entries.map(\.line).joined(), .text)
    }
}

/// What a view of a job may be read as.
private enum ViewType: String {
    case json = "application/json"
    case mermaid = "text/vnd.mermaid"
    case text = "text/plain"

    static var headers: HTTPFields { [.vary: "Accept"] }
}

extension Response {
    fileprivate static func text(_ text: String, _ type: ViewType) -> Response {
        var headers = ViewType.headers
        headers[.contentType] = "\(type.rawValue); charset=utf-8"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

extension JSONWriter {
    fileprivate mutating func members(of task: WorkflowTask, plan: QueryPlan) {
        member("id", task.id.text)
        member("kind", task.work.kind)
        member("source", task.work.part.map { plan.parts[$0].informationSourceID })
        member("operator", task.operatorName)
        name("upstream")
        array { writer in
            for id in task.upstream { writer.value(id.text) }
        }
        member("pool", task.resources.pool)
        member("priority", task.resources.priority)
        member("retries", task.policy.retries)
        name("timeout_seconds")
        value(seconds: task.policy.timeout)
    }

    /// With a fraction only where there is one.
    private mutating func value(seconds duration: Duration) {
        let milliseconds = duration.inMilliseconds
        let seconds = Double(milliseconds) / 1_000
        let text = milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)" : "\(seconds)"
        value(RawJSON(unchecked: Array(text.utf8)[...]))
    }

    fileprivate mutating func members(of entry: JobLogEntry) {
        member("at", entry.at.iso8601)
        member("level", entry.level.rawValue)
        member("event", entry.event)
        member("task", entry.task?.text)
        if let attempt = entry.attempt { member("attempt", attempt) }
        member("message", entry.message)
    }
}

extension JobLogEntry {
    /// `2026-11-22T02:00:00.000Z warning attempt-failed part-0/fetch #1 The source …`
    fileprivate var line: String {
        var words = [at.iso8601, level.rawValue, event]
        if let task { words.append(task.text) }
        if let attempt { words.append("#\(attempt)") }
        words.append(message)
        return words.joined(separator: " ") + "\n"
    }
}
