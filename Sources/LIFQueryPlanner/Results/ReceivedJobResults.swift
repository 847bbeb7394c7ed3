package import Foundation
package import LIFJSON
package import LIFModel

/// Job results as an orchestrator sent them, held against the plan that they are for. Pure.
///
/// A result belongs to the part with the same source, adapter and learner. Of results for the same part the first counts,
/// unless the plan has that part several times. One about another learner is a failure of the source.
package struct ReceivedJobResults: Sendable {
    /// By the part's index; a part without a result has no entry, nor one of whose data the orchestrator has left something
    /// out: that would be kept as if the source had nothing there.
    package private(set) var outcomes: [Int: Outcome] = [:]
    /// Where the document is not of the agreed shape.
    package private(set) var faults = DocumentFaults()
    /// What results state about themselves that cannot be: a duration, the time of the data. Whoever sent them can be informed, and
    /// whoever asked for them can use them all the same: the duration is then none, and the time is not known.
    package private(set) var misstated = DocumentFaults()
    /// The results that belong to no part of the plan.
    package private(set) var foreign = DocumentFaults()
    /// How many fragments were dropped because their paths are none of their part's, or they are another learner's, by source.
    package private(set) var droppedFragments: [String: Int] = [:]

    package init(_ document: RawJSON, plan: QueryPlan, now: Date) {
        guard let results = document["query_plan_part_results"], results.isArray else {
            faults.add(
                .shape, at: "query_plan_part_results",
                "The job results have no array \"query_plan_part_results\".")
            return
        }
        var indices: [Key: [Int]] = [:]
        for (index, part) in plan.parts.enumerated() { indices[Key(part), default: []].append(index) }
        for (position, result) in results.elements.enumerated() {
            let place = "query_plan_part_results[\(position)]"
            let countBefore = faults.count
            let key = key(of: result, at: place)
            guard faults.count == countBefore, let key else { continue }
            guard let parts = indices[key] else {
                foreign.add(.value, at: place, Self.foreignMessage(key, place, plan))
                continue
            }
            if result["left_out"]?.isArray == true, result["left_out"] != .emptyArray { continue }
            guard let index = parts.first(where: { outcomes[$0] == nil }) else { continue }
            outcomes[index] = outcome(
                from: result, part: plan.parts[index], source: plan.sources[key.source], now: now, at: place)
        }
    }

    private struct Key: Hashable {
        let source: String
        let adapter: String
        let learner: LearnerIdentifier

        init(source: String, adapter: String, learner: LearnerIdentifier) {
            self.source = source
            self.adapter = adapter
            self.learner = learner
        }

        init(_ part: QueryPlanPart) {
            self.init(source: part.informationSourceID, adapter: part.adapterID, learner: part.learner)
        }
    }

    private mutating func key(of result: RawJSON, at place: String) -> Key? {
        // The kinds of values are looked at, and no value is built: a document of any depth may be refused.
        func text(_ value: RawJSON?, _ name: String) -> String? {
            if let text = value?.string { return text }
            faults.add(
                .shape, at: "\(place).\(name)", "\"\(place).\(name)\" is missing or no string; it must be a string.")
            return nil
        }
        let person = result["person_id"]
        guard person?.isObject == true else {
            faults.add(
                .shape, at: "\(place).person_id",
                "\"\(place).person_id\" must be an object with \"identifier\" and \"identifierType\".")
            return nil
        }
        guard let source = text(result["information_source_id"], "information_source_id"),
            let adapter = text(result["adapter_id"], "adapter_id"),
            let identifier = text(person?["identifier"], "person_id.identifier"),
            let type = text(person?["identifierType"], "person_id.identifierType")
        else { return nil }
        return Key(
            source: source, adapter: adapter,
            learner: LearnerIdentifier(identifier: identifier, identifierType: type))
    }

    /// Names the first thing that is not the plan's, without the learner's value.
    private static func foreignMessage(_ key: Key, _ place: String, _ plan: QueryPlan) -> String {
        let ofSource = plan.parts.filter { $0.informationSourceID == key.source }
        let ofAdapter = ofSource.filter { $0.adapterID == key.adapter }
        let (name, what) =
            ofSource.isEmpty
            ? ("information_source_id", "source")
            : ofAdapter.isEmpty ? ("adapter_id", "adapter") : ("person_id", "learner")
        return "\"\(place).\(name)\" names a \(what) that is not in the plan of this run."
    }

    private mutating func outcome(
        from result: RawJSON, part: QueryPlanPart, source: PlannedSource?, now: Date, at place: String
    ) -> Outcome? {
        let duration = duration(result["duration_ms"], at: place)
        if let error = result["error"], !error.isNull {
            let reason = result["reason"]?.string.flatMap(Failure.Reason.init(rawValue:)) ?? .sourceError
            return Outcome(.failed(Failure(reason, Self.message(reason))), finishedAt: now, duration: duration)
        }
        guard let entries = result["fragments"], entries.isArray else {
            faults.add(.shape, at: "\(place).fragments", "\"\(place).fragments\" must be an array of fragments.")
            return nil
        }
        let timestamp = timestamp(result["data_timestamp"], now: now, at: place)
        let content = content(of: entries.elements, part: part, at: "\(place).fragments")
        if source?.rewritesIdentifiers != true, part.isAboutAnother(content.fragments + content.identifiers) {
            droppedFragments[part.informationSourceID, default: 0] += entries.elements.count
            return Outcome(.failed(AnsweredLearner.failure), finishedAt: now, duration: duration)
        }
        return Outcome(
            of: part, fragments: content.fragments, failures: Self.failures(in: result, part: part),
            learnerKnown: content.hasPerson || result["learner_known"]?.text == "true", finishedAt: now,
            duration: duration, dataTimestamp: timestamp)
    }

    private mutating func duration(_ stated: RawJSON?, at place: String) -> Duration {
        guard let stated, !stated.isNull else { return .zero }
        if let duration = Duration(statedMilliseconds: stated.text) { return duration }
        misstated.add(
            .shape, at: "\(place).duration_ms",
            "\"\(place).duration_ms\" must be a number of milliseconds, at most ten years, or left out.")
        return .zero
    }

    /// - Returns: Now for data whose time is not stated; `nil` when what is stated cannot be read.
    private mutating func timestamp(_ stated: RawJSON?, now: Date, at place: String) -> Date? {
        guard let stated, !stated.isNull else { return now }
        if let date = stated.string.flatMap(Date.init(iso8601:)) { return date }
        misstated.add(
            .shape, at: "\(place).data_timestamp",
            "\"\(place).data_timestamp\" must be a time as RFC 3339 writes it, such as \"2026-11-21T22:55:00Z\", or null."
        )
        return nil
    }

    /// The part's paths at which the source failed, as our orchestrators report.
    private static func failures(in result: RawJSON, part: QueryPlanPart) -> [FragmentPath: Failure] {
        guard let missing = result["missing"] else { return [:] }
        var failures: [FragmentPath: Failure] = [:]
        for (path, failure) in [FragmentPath: Failure](json: missing, message: message) {
            if let name = LIFName.find(path.entity, among: part.fragmentPaths.lazy.map(\.entity)) {
                failures[FragmentPath(entity: name)] = failure
            }
        }
        return failures
    }

    /// An orchestrator's own words may hold a learner's values.
    private static func message(_ reason: Failure.Reason) -> String {
        "The orchestrator reports that the source failed (\(reason.rawValue))."
    }

    private struct Content {
        var fragments: [Fragment] = []
        /// What came beside them, and shows whose answer it is.
        var identifiers: [Fragment] = []
        var hasPerson = false
    }

    /// `person.all` holds a whole record, out of which the requested paths are taken; who has one is known, also when it has
    /// none of the paths.
    private mutating func content(of entries: [RawJSON], part: QueryPlanPart, at place: String) -> Content {
        var content = Content()
        var found: [FragmentPath: FragmentContent] = [:]
        for (position, entry) in entries.enumerated() {
            guard let name = entry["fragment_path"]?.string, let data = entry["fragment"] else {
                faults.add(
                    .shape, at: "\(place)[\(position)]",
                    "\"\(place)[\(position)]\" must be an object with \"fragment_path\" and \"fragment\".")
                continue
            }
            let isScalar = entry["scalar"]?.text == "true"
            guard let path = FragmentPath(parsing: name) else {
                droppedFragments[part.informationSourceID, default: 0] += 1
                continue
            }
            if path.entity.lowercased() == "all" {
                guard let person = data.elements.first?.personOfRecord else { continue }
                content.hasPerson = content.hasPerson || !person.members.isEmpty
                content.identifiers += person.identifiers(besides: [])
                for asked in part.fragmentPaths where found[asked] == nil {
                    found[asked] = person.member(named: asked.entity).flatMap(FragmentContent.init(member:))
                }
            } else if let name = LIFName.find(path.entity, among: part.fragmentPaths.lazy.map(\.entity)) {
                found[FragmentPath(entity: name)] = Self.content(from: data, isScalar: isScalar)
            } else {
                droppedFragments[part.informationSourceID, default: 0] += 1
                if let told = Self.content(from: data, isScalar: isScalar) {
                    content.identifiers.append(Fragment(path: path, content: told))
                }
            }
        }
        content.fragments = part.fragmentPaths.compactMap { path in
            found[path].map { Fragment(path: path, content: $0) }
        }
        return content
    }

    /// On the wire a scalar is an array of that one scalar, which `scalar` distinguishes from an array that has one.
    private static func content(from data: RawJSON, isScalar: Bool) -> FragmentContent? {
        FragmentContent(member: isScalar ? data.elements.first ?? data : data)
    }
}
