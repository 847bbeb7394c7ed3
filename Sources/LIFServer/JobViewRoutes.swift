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
        router.get("jobs/:id/events") { request, context in try await events(request, context) }
        router.get("jobs/:id/graph") { request, context in try await graph(request, context) }
        router.get("jobs/:id/log") { request, context in try await log(request, context) }
    }

    /// `part` as each outcome lands, with its fragments, and `end`. `Last-Event-ID` is the position of the last one seen.
    private func events(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let id = try context.jobID()
        let last = request.headers[LIFField.lastEventID] ?? "0"
        guard let position = Int64(last), position >= 0 else {
            throw LIFError(.queryParseException, "The Last-Event-ID is none that these events have.")
        }
        let plan = try await orchestrator.report(id).job.plan
        return try await .events { [orchestrator] in
            let events = try await orchestrator.events(of: id, after: position)
            return AsyncThrowingStream { continuation in
                // A bare task: it ends with the stream that it feeds.
                let feed = Task {
                    do {
                        for try await event in events { continuation.yield(event.sent(job: id, plan: plan)) }
                        continuation.finish()
                    } catch {
                        continuation.finish(throwing: error)
                    }
                }
                continuation.onTermination = { _ in feed.cancel() }
            }
        }
    }

    private func graph(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let (report, graph) = try await orchestrator.graph(try context.jobID())
        let states = JobTaskStates(report)
        if request.accepts("text/vnd.mermaid") || request.accepts("text/plain") {
            return .text(graph.mermaid { states.state(of: $0) }, type: "text/vnd.mermaid; charset=utf-8")
        }
        return .json { writer in
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
        if request.accepts("application/json") {
            return .json { writer in
                writer.name("entries")
                writer.array { writer in
                    for entry in entries { writer.object { $0.members(of: entry) } }
                }
            }
        }
        return .text(entries.map(\.line).joined(), type: "text/plain; charset=utf-8")
    }
}

extension Request {
    /// Whether the media type is among those that `Accept` names; `*/*` names none.
    fileprivate func accepts(_ type: String) -> Bool {
        headers[values: .accept].contains { $0.lowercased().contains(type) }
    }
}

extension Response {
    static func text(_ text: String, type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

extension JobEvent {
    fileprivate func sent(job: JobID, plan: QueryPlan) -> ServerSentEvent {
        var writer = JSONWriter()
        switch self {
        case .landed(let landed):
            writer.object { writer in
                writer.member("part", landed.part)
                writer.members(of: plan.parts[landed.part], OutcomeSummary(landed.outcome))
                writer.name("fragments")
                writer.array { writer in
                    for fragment in landed.outcome.fragments {
                        writer.object { writer in
                            writer.member("fragment_path", fragment.path.description)
                            writer.member("fragment", fragment.content.items)
                        }
                    }
                }
            }
            return ServerSentEvent(id: String(landed.position), event: "part", data: writer.raw)
        case .ended(let status):
            writer.object { writer in
                writer.member("job_id", job.text)
                writer.member("status", status.rawValue)
            }
            return ServerSentEvent(id: nil, event: "end", data: writer.raw)
        }
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
        member("timeout_seconds", task.policy.timeout.inMilliseconds / 1_000)
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
