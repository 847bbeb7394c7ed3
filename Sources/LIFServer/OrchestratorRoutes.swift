import HTTPTypes
import Hummingbird
import LIFJSON
import LIFModel
import LIFOrchestrator
import LIFWorkflow

/// The Orchestrator's routes about jobs, under their deployed names and under the seed's (docs/reference/routes.md).
struct OrchestratorRoutes: Sendable {
    let orchestrator: Orchestrator
    let maximumBodyBytes: Int

    func add(to router: Router<ComponentRequestContext>) {
        for path: RouterPath in ["jobs", "orchestrator/post_job"] {
            router.post(path) { request, context in try await postJob(request, context) }
        }
        for path: RouterPath in ["jobs/:job_id", "orchestrator/get_job_status/:job_id"] {
            router.get(path) { _, context in try await jobStatus(context) }
        }
        for path: RouterPath in ["jobs/:job_id/result", "orchestrator/get_job_result/:job_id"] {
            router.get(path) { request, context in try await jobResult(request, context) }
        }
        router.get("jobs") { request, _ in try await list(request) }
        router.delete("jobs/:job_id") { _, context in try await cancel(context) }
        router.post("jobs/:job_id/retry") { _, context in try await retry(context) }
        router.delete("jobs/:job_id/result") { _, context in try await acknowledge(context) }
        router.get("/") { _, _ in Response.json { $0.member("message", "LIF Orchestrator") } }
        JobViewRoutes(orchestrator: orchestrator).add(to: router)
        ScheduleRoutes(orchestrator: orchestrator, maximumBodyBytes: maximumBodyBytes).add(to: router)
    }

    private func postJob(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let document = try await request.json(upTo: maximumBodyBytes, code: .queryParseException, context)
        let parsed = try orchestrator.parser.submission(document)
        var submission = parsed.submission
        if submission.workflow.schedule != nil {
            throw LIFError.fault(
                .value, at: "workflow.schedule", "\"workflow.schedule\" is for POST /schedules; a job runs once, now.")
        }
        submission.idempotencyKey = try request.idempotencyKey()
        let job = try await orchestrator.submit(submission)
        if parsed.isAsynchronous { return .json { $0.member("run_id", job.id.text) } }

        let report = try await report(
            job.id, waitingFor: PreferHeader(request.headers).wait ?? orchestrator.configuration.synchronousWait,
            context)
        if report.status.isFinal { return .json(try await orchestrator.keptResults(job.id)) }
        let headers: HTTPFields = [.location: "/jobs/\(job.id)/result", .retryAfter: "1"]
        return .json(.accepted, headers: headers) { $0.member("run_id", job.id.text) }
    }

    /// The report when the job has ended, or as it is when the time is up, the client has left, or the server is to stop.
    private func report(
        _ id: JobID, waitingFor limit: Duration, _ context: ComponentRequestContext
    ) async throws -> JobReport {
        let limit = min(limit, orchestrator.configuration.synchronousWait)
        guard limit > .zero else { return try await orchestrator.report(id) }
        let report = try await context.wait { [orchestrator] in try await orchestrator.report(id, waitingFor: limit) }
        if let report { return report }
        return try await orchestrator.report(id)
    }

    private func jobStatus(_ context: ComponentRequestContext) async throws -> Response {
        let report = try await orchestrator.report(try context.jobID())
        return .json { orchestrator.write(report, to: &$0) }
    }

    private func jobResult(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let report = try await report(
            try context.jobID(), waitingFor: PreferHeader(request.headers).wait ?? .zero, context)
        switch report.status {
        case .starting, .running:
            throw LIFError(
                .jobNotFinished, "The job is \(report.status.rawValue). Ask again, or wait with \"Prefer: wait=10\".")
        case .failed:
            throw LIFError(.operatorException, Self.sentence(for: report), blame: .source)
        case .completed:
            return .json(
                try await orchestrator.keptResults(report.job.id),
                before: "{\"job_id\":\"\(report.job.id.text)\",\"result\":", after: "}")
        }
    }

    /// Why a job has failed: of many parts only the first are named.
    private static func sentence(for report: JobReport) -> String {
        if let failure = report.failure { return failure.message }
        var reasons: [String] = []
        for (index, part) in report.job.plan.parts.enumerated() where reasons.count < 20 {
            let reason = report.progress[index]?.failure?.reason.rawValue ?? "unknown"
            let text = "\(part.informationSourceID) (\(reason))"
            if !reasons.contains(text) { reasons.append(text) }
        }
        return "No part of the job succeeded: \(reasons.joined(separator: ", "))."
    }

    private func list(_ request: Request) async throws -> Response {
        let filter = try JobFilter(query: request.uri.queryParameters)
        let reports = try await orchestrator.reports(filter)
        return .json { writer in
            writer.name("jobs")
            writer.array { writer in
                for report in reports where filter.status.map({ $0 == report.status }) ?? true {
                    writer.object { orchestrator.writeLine(report, to: &$0) }
                }
            }
            // A page that is full may have another after it.
            writer.member("next", reports.count == filter.limit ? reports.last?.job.id.text : nil)
        }
    }

    private func cancel(_ context: ComponentRequestContext) async throws -> Response {
        let report = try await orchestrator.cancel(try context.jobID())
        return .json { orchestrator.write(report, to: &$0) }
    }

    private func retry(_ context: ComponentRequestContext) async throws -> Response {
        let report = try await orchestrator.retry(try context.jobID())
        return .json(.accepted, headers: [.location: "/jobs/\(report.job.id)"]) {
            orchestrator.write(report, to: &$0)
        }
    }

    private func acknowledge(_ context: ComponentRequestContext) async throws -> Response {
        try await orchestrator.acknowledge(try context.jobID())
        return Response(status: .noContent)
    }
}

extension ComponentRequestContext {
    /// - Throws: `LIFError` `JobNotFoundException` for what cannot be an id.
    func jobID() throws(LIFError) -> JobID {
        guard let id = parameters.get("job_id").flatMap({ JobID($0) }) else {
            throw LIFError(.jobNotFoundException, "There is no job of this id.")
        }
        return id
    }
}

extension Request {
    /// - Throws: `LIFError` `QueryParseException` for one that is empty or too long, or like those of schedules.
    func idempotencyKey() throws(LIFError) -> String? {
        guard let key = headers[LIFField.idempotencyKey] else { return nil }
        guard (1...256).contains(key.utf8.count) else {
            throw LIFError(.queryParseException, "The Idempotency-Key is empty or longer than 256 bytes.")
        }
        guard !key.hasPrefix("schedule/") else {
            throw LIFError(
                .queryParseException, "The Idempotency-Key begins with \"schedule/\", which is reserved for schedules.")
        }
        return key
    }
}
