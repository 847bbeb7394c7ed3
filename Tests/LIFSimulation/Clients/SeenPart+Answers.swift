import LIFJSON
import LIFModel
import LIFQueryPlanner
import LIFWorkflow

extension SeenPart {
    /// A part of a query's feed.
    init(_ landed: LandedPart, _ question: Question) {
        self.init(landed.part, landed.content?.items.elements.compactMap(Item.init) ?? [], question)
    }

    fileprivate init(_ part: AnswerPart, _ items: [Item], _ question: Question) {
        let learner = question.learners.indices.contains(part.learner) ? question.learners[part.learner] : -1
        self.init(
            name: "\(learner)/\(part.path.entity)/\(part.sourceID)", learner: learner, source: part.sourceID,
            path: part.path.entity, outcome: part.outcome.rawValue, hasFailures: part.isGap, items: items)
    }

    /// The parts of an answer with what stands in its records. What no part accounts for is a part of no source.
    static func parts(of parts: [AnswerPart], _ records: [LIFRecord], _ question: Question) -> [SeenPart] {
        var found: [[String: [Item]]] = records.map { record in
            var items: [String: [Item]] = [:]
            for member in record.person?.members ?? [] {
                // Of a member that stands twice, whoever reads JSON takes one.
                items[member.name] = member.value.elements.compactMap(Item.init)
            }
            return items
        }
        var seen = parts.map { part -> SeenPart in
            guard found.indices.contains(part.learner) else { return SeenPart(part, [], question) }
            let there = found[part.learner][part.path.entity] ?? []
            // As many as the part says it has, in the order of the sources.
            let own = Array(there.filter { $0.key.source == part.sourceID }.prefix(part.items))
            found[part.learner][part.path.entity] = there.filter { !own.contains($0) }
            return SeenPart(part, own, question)
        }
        for (index, rest) in found.enumerated() {
            for (path, items) in rest.sorted(by: { $0.key < $1.key }) where !items.isEmpty {
                seen.append(
                    SeenPart(
                        name: "what no part accounts for", learner: question.learners[index], source: "none",
                        path: path,
                        outcome: "fetched", hasFailures: false, items: items))
            }
        }
        return seen
    }

    /// As a client that reads the whole answer gets it.
    static func parts(
        of answer: some StreamedAnswer, _ question: Question, _ world: World
    ) async throws -> [SeenPart] {
        var records: [LIFRecord] = []
        var parts: [AnswerPart] = []
        try await answer.records { records += $0 }
        try await answer.parts { parts += $0 }
        try await answer.check()
        world.note(
            "an answer with \(records.count) records (\(records.count { $0.isEmpty }) empty) and \(parts.count) parts with "
                + "\(parts.reduce(0) { $0 + $1.items }) items is read")
        return Self.parts(of: parts, records, question)
    }

    /// A part of a job.
    init(_ outcome: Outcome, part index: Int, of plan: QueryPlan) {
        let part = plan.parts[index]
        let failed = outcome.failures.map { "\($0.key.entity) \($0.value.reason.rawValue)" }.sorted()
        let word =
            switch outcome.result {
            case .data: "data"
            case .empty: "empty"
            case .failed(let failure): "failed: \(failure.reason.rawValue)"
            }
        self.init(
            name: "part \(index)", learner: Learners.number(of: part.learner) ?? -1, source: part.informationSourceID,
            path: nil, outcome: ([word] + failed).joined(separator: ", "),
            hasFailures: outcome.failure != nil || !failed.isEmpty,
            items: outcome.fragments.flatMap { $0.content.items.elements.compactMap(Item.init) })
    }
}
