import LIFJSON
import LIFModel
import LIFOrchestrator
import LIFWorkflow

extension JobEvent {
    /// - Parameter plan: Of the job.
    func sent(job: JobID, plan: QueryPlan) -> ServerSentEvent {
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
                            if fragment.content.isScalar { writer.member("scalar", true) }
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
