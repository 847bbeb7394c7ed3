import HTTPTypes
import Hummingbird
import LIFJSON
import LIFModel
import LIFOrchestrator
import LIFWorkflow

/// The Orchestrator's routes, under their deployed names and under the seed's (docs/reference/routes.md).
struct OrchestratorRoutes: Sendable {
    let orchestrator: Orchestrator
    let maximumBodyBytes: Int

    func add(to router: Router<ComponentRequestContext>) {
        for path: RouterPath in ["jobs", "orchestrator/post_job"] {
            router.post(path) { request, context in try await postJob(request, context) }
        }
        for path: RouterPath in ["jobs/:id", "orchestrator/get_job_status/:id"] {
            router.get(path) { _, context in try await jobStatus(context) }
        }
        for path: RouterPath in ["jobs/:id/result", "orchestrator/get_job_result/:id"] {
            router.get(path) { request, context in try await jobResult(request, context) }
        }
        router.get("/") { _, _ in Response.json { $0.member("message", "LIF Orchestrator") } }
    }

    private func postJob(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let document = try await request.json(upTo: maximumBodyBytes, code: .queryParseException)
        let submission = try orchestrator.parser.submission(document)
        let key = request.headers[LIFField.idempotencyKey]
        if let key, !(1...256).contains(key.utf8.count) {
            throw LIFError(.queryParseException, "The Idempotency-Key is empty or longer than 256 bytes.")
        }
        let job = try await orchestrator.submit(submission.plan, idempotencyKey: key)
        if submission.isAsynchronous { return .json { $0.member("run_id", job.id.text) } }

        let report = try await report(
            job.id, waitingFor: PreferHeader(request.headers).wait ?? orchestrator.configuration.synchronousWait,
            context)
        if report.status.isFinal { return .json(.ok, report.results.json) }
        let headers: HTTPFields = [.location: "/jobs/\(job.id)/result", .retryAfter: "1"]
        return .json(.accepted, headers: headers) { $0.member("run_id", job.id.text) }
    }

    /// The report when the job has ended, or as it is when the time is up, the client has left, or the server is to stop.
    private func report(
        _ id: JobID, waitingFor limit: Duration, _ context: ComponentRequestContext
    ) async throws -> Orchestrator.Report {
        let limit = min(limit, orchestrator.configuration.synchronousWait)
        guard limit > .zero else { return try await orchestrator.report(id) }
        let report = try await context.wait { [orchestrator] in try await orchestrator.report(id, waitingFor: limit) }
        if let report { return report }
        return try await orchestrator.report(id)
    }

    private func id(_ context: ComponentRequestContext) throws(LIFError) -> JobID {
        guard let id = context.parameters.get("id").flatMap({ JobID($0) }) else {
            throw LIFError(.jobNotFoundException, "There is no job of this id.")
        }
        return id
    }

    /// The deployed members, and beside them what became of each part.
    private func jobStatus(_ context: ComponentRequestContext) async throws -> Response {
        let report = try await orchestrator.report(try id(context))
        return .json { writer in
            writer.member("job_id", report.job.id.text)
            writer.member("status", report.status.rawValue)
            writer.name("metadata")
            writer.object { _ in }
            writer.member("accepted_at", report.job.acceptedAt.iso8601)
            writer.name("parts")
            writer.array { writer in
                for (index, part) in report.job.plan.parts.enumerated() {
                    writer.object { writer in Self.write(part, report.outcomes[index], to: &writer) }
                }
            }
        }
    }

    private static func write(_ part: QueryPlanPart, _ outcome: Outcome?, to writer: inout JSONWriter) {
        writer.member("information_source_id", part.informationSourceID)
        switch outcome?.result {
        case .data: writer.member("outcome", "data")
        case .empty: writer.member("outcome", "empty")
        case .failed: writer.member("outcome", "failed")
        case nil: writer.member("outcome", nil as String?)
        }
        writer.member("reason", outcome?.failure?.reason.rawValue)
        guard let outcome else { return }
        writer.member("finished_at", outcome.finishedAt.iso8601)
        writer.member("duration_ms", outcome.duration.inMilliseconds)
    }

    private func jobResult(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let report = try await report(
            try id(context), waitingFor: PreferHeader(request.headers).wait ?? .zero, context)
        switch report.status {
        case .starting, .running:
            throw LIFError(
                .jobNotFinished, "The job is \(report.status.rawValue). Ask again, or wait with \"Prefer: wait=10\".")
        case .failed:
            let reasons = report.job.plan.parts.enumerated().map { index, part in
                "\(part.informationSourceID) (\(report.outcomes[index]?.failure?.reason.rawValue ?? "unknown"))"
            }
            throw LIFError(
                .operatorException, "No part of the job succeeded: \(reasons.joined(separator: ", ")).", blame: .source)
        case .completed:
            return .json { writer in
                writer.member("job_id", report.job.id.text)
                writer.member("result", report.results.json)
            }
        }
    }
}
