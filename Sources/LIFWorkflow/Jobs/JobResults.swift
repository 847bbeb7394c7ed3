public import Foundation
public import LIFJSON
public import LIFModel

/// Job results as they go over the wire, to the deployed planner's contract.
public struct JobResults: Sendable, Hashable {
    public struct Part: Sendable, Hashable {
        public let part: QueryPlanPart
        public let outcome: Outcome

        public init(part: QueryPlanPart, outcome: Outcome) {
            self.part = part
            self.outcome = outcome
        }
    }

    public let job: JobID
    public let parts: [Part]

    public init(job: JobID, parts: [Part]) {
        self.job = job
        self.parts = parts
    }

    public init(job: Job, outcomes: [Int: Outcome]) {
        self.init(
            job: job.id,
            parts: job.plan.parts.enumerated().compactMap { index, part in
                outcomes[index].map { Part(part: part, outcome: $0) }
            })
    }
}

extension JobResults {
    /// The document; `reason`, `learner_known`, `scalar` and `duration_ms` are ours, beside the deployed members.
    public var json: RawJSON {
        var writer = JSONWriter(reservingCapacity: 4_096)
        writer.object { writer in
            writer.member("run_id", job.text)
            writer.name("query_plan_part_results")
            writer.array { writer in
                for part in parts { write(part, to: &writer) }
            }
        }
        return writer.raw
    }

    private func write(_ result: Part, to writer: inout JSONWriter) {
        let outcome = result.outcome
        writer.object { writer in
            writer.member("information_source_id", result.part.informationSourceID)
            writer.member("adapter_id", result.part.adapterID)
            writer.member("data_timestamp", outcome.dataTimestamp?.iso8601)
            writer.name("person_id")
            writer.value(result.part.learner)
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
            writer.member("error", outcome.failure?.message)
            if let failure = outcome.failure { writer.member("reason", failure.reason.rawValue) }
            if case .empty(let learnerKnown) = outcome.result { writer.member("learner_known", learnerKnown) }
            writer.member("duration_ms", outcome.duration.inMilliseconds)
        }
    }

    /// Reads the document that an orchestrator sends for a plan, and gives each of the plan's parts its outcome.
    ///
    /// A result belongs to the part with the same source, adapter and learner; what it holds outside that part's paths
    /// is dropped. A part without a result has no entry.
    ///
    /// - Throws: `LIFError` `QueryParseException` with the place, when the document is not of that shape.
    public static func outcomes(
        from document: RawJSON, plan: QueryPlan, now: Date
    ) throws(LIFError) -> [Int: Outcome] {
        guard let results = document["query_plan_part_results"], results.isArray else {
            throw LIFError(
                .queryParseException, "The job results have no array \"query_plan_part_results\".", isShapeError: true)
        }
        var outcomes: [Int: Outcome] = [:]
        for (position, result) in results.elements.enumerated() {
            let place = "query_plan_part_results[\(position)]"
            let source = result["information_source_id"]?.string
            let adapter = result["adapter_id"]?.string
            let learner = try LearnerIdentifier(
                json: result["person_id"]?.value() ?? .null, at: "\(place).person_id", code: .queryParseException)
            let index = plan.parts.indices.first { index in
                let part = plan.parts[index]
                return outcomes[index] == nil && part.informationSourceID == source && part.adapterID == adapter
                    && part.learner == learner
            }
            guard let index else { continue }
            outcomes[index] = outcome(from: result, part: plan.parts[index], now: now)
        }
        return outcomes
    }

    private static func outcome(from result: RawJSON, part: QueryPlanPart, now: Date) -> Outcome {
        let milliseconds = result["duration_ms"]?.value().number?.int ?? 0
        let duration = Duration.milliseconds(milliseconds)
        if let error = result["error"], !error.isNull {
            let reason = result["reason"]?.string.flatMap(Failure.Reason.init(rawValue:)) ?? .sourceError
            let message = "The orchestrator reports that the source failed (\(reason.rawValue))."
            return Outcome(.failed(Failure(reason, message)), finishedAt: now, duration: duration)
        }
        let timestamp = result["data_timestamp"]?.string.flatMap(Date.init(iso8601:)) ?? now
        let fragments = fragments(from: result["fragments"]?.elements ?? [], part: part)
        if fragments.isEmpty {
            let known = result["learner_known"]?.value().bool ?? false
            return Outcome(
                .empty(learnerKnown: known), finishedAt: now, duration: duration, dataTimestamp: timestamp)
        }
        return Outcome(.data(fragments), finishedAt: now, duration: duration, dataTimestamp: timestamp)
    }

    /// `person.all` holds a whole record, out of which the requested paths are taken.
    private static func fragments(from entries: [RawJSON], part: QueryPlanPart) -> [Fragment] {
        var found: [FragmentPath: FragmentContent] = [:]
        for entry in entries {
            guard let name = entry["fragment_path"]?.string, let data = entry["fragment"],
                let path = FragmentPath(parsing: name)
            else { continue }
            if path.entity.lowercased() == "all" {
                guard let person = data.elements.first?.personOfRecord else { continue }
                for asked in part.fragmentPaths where found[asked] == nil {
                    found[asked] = person.member(named: asked.entity).flatMap(FragmentContent.init(member:))
                }
            } else if let name = LIFName.find(path.entity, among: part.fragmentPaths.lazy.map(\.entity)) {
                found[FragmentPath(entity: name)] = content(from: data, isScalar: entry["scalar"]?.value() == true)
            }
        }
        return part.fragmentPaths.compactMap { path in found[path].map { Fragment(path: path, content: $0) } }
    }

    /// On the wire a scalar is an array of that one scalar, which `scalar` tells from an array that has one.
    private static func content(from data: RawJSON, isScalar: Bool) -> FragmentContent? {
        FragmentContent(member: isScalar ? data.elements.first ?? data : data)
    }
}
