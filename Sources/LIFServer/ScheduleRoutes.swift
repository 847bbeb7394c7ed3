import HTTPTypes
import Hummingbird
import LIFJSON
import LIFModel
import LIFOrchestrator
import LIFWorkflow

/// Plans that run again and again.
struct ScheduleRoutes: Sendable {
    let orchestrator: Orchestrator
    let maximumBodyBytes: Int

    func add(to router: Router<ComponentRequestContext>) {
        router.get("schedules") { _, _ in try await list() }
        router.post("schedules") { request, context in try await add(request, context) }
        router.delete("schedules/:schedule_id") { _, context in try await remove(context) }
    }

    private func list() async throws -> Response {
        let schedules = try await orchestrator.schedules()
        return .json { writer in
            writer.name("schedules")
            writer.array { writer in
                for schedule in schedules { writer.object { write(schedule, to: &$0) } }
            }
        }
    }

    private func add(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let document = try await request.json(upTo: maximumBodyBytes, code: .queryParseException, context)
        var submission = try orchestrator.parser.submission(document).submission
        submission.idempotencyKey = try request.idempotencyKey()
        let schedule = try await orchestrator.schedule(submission)
        return .json(.created, headers: [.location: "/schedules/\(schedule.id)"]) { write(schedule, to: &$0) }
    }

    private func remove(_ context: ComponentRequestContext) async throws -> Response {
        guard let id = context.parameters.get("schedule_id").flatMap({ ScheduleID($0) }) else {
            throw LIFError(.jobNotFoundException, "There is no schedule of this id.")
        }
        try await orchestrator.unschedule(id)
        return Response(status: .noContent)
    }

    private func write(_ schedule: JobSchedule, to writer: inout JSONWriter) {
        writer.member("schedule_id", schedule.id.text)
        writer.member("schedule", schedule.rule.json)
        writer.member("created_at", schedule.createdAt.iso8601)
        writer.member("next_due_at", orchestrator.nextDue(schedule)?.iso8601)
        writer.member("last_fired_at", schedule.lastJob == nil ? nil : schedule.lastDueAt?.iso8601)
        writer.member("last_job_id", schedule.lastJob?.text)
        writer.member("parts", schedule.submission.plan.parts.count)
    }
}
