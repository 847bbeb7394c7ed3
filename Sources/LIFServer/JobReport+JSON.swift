import LIFJSON
import LIFModel
import LIFOrchestrator
import LIFWorkflow

extension Orchestrator {
    /// What a list shows of a job, without the parts.
    func writeLine(_ report: JobReport, to writer: inout JSONWriter) {
        let job = report.job
        writer.member("job_id", job.id.text)
        writer.member("status", report.status.rawValue)
        writer.member("accepted_at", job.acceptedAt.iso8601)
        writer.member("finished_at", job.finishedAt?.iso8601)
        writer.name("progress")
        writer.object { writer in
            writer.member("parts", job.plan.parts.count)
            writer.member("done", report.progress.count)
            writer.member("failed", report.failedParts)
        }
        writer.name("sources")
        writer.array { writer in
            var seen: Set<String> = []
            for part in job.plan.parts where seen.insert(part.informationSourceID).inserted {
                writer.value(part.informationSourceID)
            }
        }
        writer.member("schedule_id", job.submission.scheduleID?.text)
    }

    /// The deployed members (`job_id`, `status`, `metadata`), and beside them what became of each part.
    func write(_ report: JobReport, to writer: inout JSONWriter) {
        let job = report.job
        writeLine(report, to: &writer)
        writer.name("metadata")
        writer.object { _ in }
        writer.member("cancelled_at", job.cancelledAt?.iso8601)
        writer.member("deadline", job.deadline?.iso8601)
        let standard = configuration.workflow.sla
        if let missed = report.missedSLA(standard: standard, now: now()) { writer.member("sla_missed", missed) }
        writer.name("error")
        if let failure = report.failure {
            writer.object { writer in
                writer.member("reason", failure.reason.rawValue)
                writer.member("message", failure.message)
            }
        } else {
            writer.null()
        }
        writer.name("parts")
        writer.array { writer in
            for (index, part) in job.plan.parts.enumerated() {
                writer.object { $0.members(of: part, report.progress[index]) }
            }
        }
    }
}

extension JSONWriter {
    /// What became of a part, without the learner and the data.
    mutating func members(of part: QueryPlanPart, _ outcome: OutcomeSummary?) {
        member("information_source_id", part.informationSourceID)
        member("outcome", outcome?.kind.rawValue)
        member("reason", outcome?.failure?.reason.rawValue)
        guard let outcome else { return }
        member("message", outcome.failure?.message)
        if let attempts = outcome.failure?.attempts { member("attempts", attempts) }
        member("items", outcome.items)
        missing(outcome.failures)
        member("finished_at", outcome.finishedAt.iso8601)
        member("duration_ms", outcome.duration.inMilliseconds)
    }
}
