import LIFJSON
import LIFModel
import LIFWorkflow

/// What a callback says about a job: what became of each part, and no learner's data.
struct JobNotice {
    let job: Job
    let kind: CallbackKind
    let progress: [Int: OutcomeSummary]

    var json: RawJSON {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("event", kind.rawValue)
            writer.member("job_id", job.id.text)
            writer.member("status", JobReport(job: job, progress: progress, isStarted: true).status.rawValue)
            writer.member("accepted_at", job.acceptedAt.iso8601)
            writer.member("finished_at", job.finishedAt?.iso8601)
            writer.name("parts")
            writer.array { writer in
                for (index, part) in job.plan.parts.enumerated() {
                    writer.object { writer in
                        writer.member("information_source_id", part.informationSourceID)
                        writer.member("outcome", progress[index]?.kind.rawValue)
                        writer.member("reason", progress[index]?.failure?.reason.rawValue)
                    }
                }
            }
        }
        return writer.raw
    }
}
