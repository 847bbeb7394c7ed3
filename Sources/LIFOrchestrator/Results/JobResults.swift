public import LIFJSON
public import LIFModel

/// Job results as they go over the wire, to the deployed planner's contract.
public struct JobResults: Sendable, Hashable {
    /// What became of one part of the plan.
    public struct Part: Sendable, Hashable {
        /// The part as it was submitted.
        public let part: QueryPlanPart
        /// Its outcome, with the data that is sent.
        public let outcome: Outcome
        /// The paths at which the outcome has data that is not among these results.
        public let leftOut: [FragmentPath]

        /// The result of a part.
        public init(part: QueryPlanPart, outcome: Outcome, leftOut: [FragmentPath] = []) {
            self.part = part
            self.outcome = outcome
            self.leftOut = leftOut
        }
    }

    /// The id of the job, which the document has as `run_id`.
    public let job: RandomID
    /// In the order of the plan, as far as parts have their outcome.
    public let parts: [Part]

    /// The results of a job.
    public init(job: RandomID, parts: [Part]) {
        self.job = job
        self.parts = parts
    }
}

extension JobResults {
    /// The document; `reason`, `learner_known`, `scalar`, `left_out`, `missing` and `duration_ms` are ours, beside the
    /// deployed members.
    public var json: RawJSON {
        var writer = JSONWriter(reservingCapacity: 4_096)
        writer.object { writer in
            writer.member("run_id", job.text)
            writer.name("query_plan_part_results")
            writer.array { writer in
                for part in parts { part.write(to: &writer) }
            }
        }
        return writer.raw
    }
}

extension JobResults.Part {
    /// One of `query_plan_part_results`.
    public var json: RawJSON {
        var writer = JSONWriter(
            reservingCapacity: outcome.fragments.reduce(512) { $0 + $1.content.items.bytes.count + 96 })
        write(to: &writer)
        return writer.raw
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("information_source_id", part.informationSourceID)
            writer.member("adapter_id", part.adapterID)
            writer.member("data_timestamp", outcome.dataTimestamp?.iso8601)
            writer.name("person_id")
            writer.value(part.learner)
            writer.name("fragments")
            writer.array { writer in
                for fragment in outcome.fragments {
                    writer.object { writer in
                        writer.member("fragment_path", fragment.path.description)
                        writer.member("fragment", fragment.content.items)
                        if fragment.content.isScalar { writer.member("scalar", true) }
                    }
                }
            }
            if !leftOut.isEmpty {
                writer.name("left_out")
                writer.array { writer in
                    for path in leftOut { writer.value(path.description) }
                }
            }
            writer.member("error", outcome.failure?.message)
            if let failure = outcome.failure { writer.member("reason", failure.reason.rawValue) }
            if case .empty(let learnerKnown) = outcome.result { writer.member("learner_known", learnerKnown) }
            writer.missing(outcome.failures)
            writer.member("duration_ms", outcome.duration.inMilliseconds)
        }
    }
}
