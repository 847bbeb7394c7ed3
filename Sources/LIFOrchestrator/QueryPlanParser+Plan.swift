public import LIFModel

extension QueryPlanParser {
    /// Checks that source, adapter, paths and translation of each part match the configuration: else anyone could reach any
    /// adapter with its credentials. Of sources that are not configured those are taken that the registry has open
    /// (`OpenSources`).
    ///
    /// - Returns: The plan with every path in its canonical spelling, each once in its part.
    /// - Throws: `LIFError` `QueryParseException` or `OperatorNotFoundException` with every fault.
    public func validated(_ plan: QueryPlan) throws(LIFError) -> QueryPlan {
        var faults = DocumentFaults()
        let plan = try validated(plan, faults: &faults)
        try faults.check()
        return plan
    }

    /// The parts of a plan that match the configuration, and why the others do not. How many a plan may have does not matter
    /// here: that bounds documents.
    ///
    /// - Returns: The plan of what matches, `nil` when nothing does; its parts' indices in the whole plan; and one error for
    ///   the rest, with reason `operatorNotFound`.
    /// - Throws: `LIFError` `QueryParseException` when the plan has no parts.
    func split(
        _ plan: QueryPlan
    ) throws(LIFError) -> (accepted: QueryPlan?, indices: [Int], refusal: LIFError?) {
        if plan.parts.isEmpty { try checkCount(0) }
        var faults = DocumentFaults()
        var (parts, indices): ([QueryPlanPart], [Int]) = ([], [])
        for (index, part) in plan.parts.enumerated() {
            let count = faults.count
            guard let part = validated(part, at: index, faults: &faults), faults.count == count else { continue }
            parts.append(part)
            indices.append(index)
        }
        let refusal = faults.error.map { LIFError($0.code, $0.message, reason: .operatorNotFound) }
        return (parts.isEmpty ? nil : plan.with(parts: parts), indices, refusal)
    }

    /// - Throws: `LIFError` `QueryParseException` when the plan has no parts or too many.
    func validated(_ plan: QueryPlan, faults: inout DocumentFaults) throws(LIFError) -> QueryPlan {
        try checkCount(plan.parts.count)
        var parts: [QueryPlanPart] = []
        parts.reserveCapacity(plan.parts.count)
        for (index, part) in plan.parts.enumerated() {
            if let part = validated(part, at: index, faults: &faults) { parts.append(part) }
        }
        return QueryPlan(parts: parts, via: plan.via)
    }

    /// - Returns: `nil` when the source is not known.
    private func validated(
        _ part: QueryPlanPart, at index: Int, faults: inout DocumentFaults
    ) -> QueryPlanPart? {
        func place(_ member: String) -> String { "lif_query_plan[\(index)].\(member)" }
        // Documents have no place for it: only a program can ask for one.
        guard case .read = part.operation else {
            let place = "lif_query_plan[\(index)]"
            faults.add(.value, at: place, "\"\(place)\" writes; only reading is taken.")
            return nil
        }
        guard let source = configuration.catalogue[part.informationSourceID] else {
            return validatedOpen(part, at: place("information_source_id"), faults: &faults)
        }
        if source.adapterID != part.adapterID {
            faults.add(
                .operatorNotFound, at: place("adapter_id"),
                "\"\(place("adapter_id"))\" is not the adapter of source \"\(source.id)\", which is "
                    + "\"\(source.adapterID)\".")
        }
        if source.translation != part.translation {
            faults.add(
                .value, at: place("translation"),
                "\"\(place("translation"))\" is not the one configured for source \"\(source.id)\".")
        }
        if !source.knowsType(of: part.learner) {
            faults.add(
                .value, at: place("person_id.identifierType"),
                "\"\(place("person_id.identifierType"))\" is no identifier type of source \"\(source.id)\"."
            )
        }
        if part.fragmentPaths.isEmpty {
            faults.add(
                .value, at: place("lif_fragment_paths"),
                "\"\(place("lif_fragment_paths"))\" is empty; it must be an array with at least one path.")
        }
        var paths: [FragmentPath] = []
        for (position, asked) in part.fragmentPaths.enumerated() {
            guard let path = Self.find(asked, among: source.fragmentPaths) else {
                let exist = source.fragmentPaths.map(\.description).joined(separator: ", ")
                faults.add(
                    .value, at: place("lif_fragment_paths[\(position)]"),
                    "\"\(place("lif_fragment_paths[\(position)]"))\" is not configured for source \"\(source.id)\". "
                        + "What exists: \(exist).")
                continue
            }
            if !paths.contains(path) { paths.append(path) }
        }
        return QueryPlanPart(
            informationSourceID: source.id, adapterID: part.adapterID, learner: part.learner,
            fragmentPaths: paths, translation: part.translation)
    }

    /// - Returns: `nil` when the source is not open either.
    private func validatedOpen(
        _ part: QueryPlanPart, at place: String, faults: inout DocumentFaults
    ) -> QueryPlanPart? {
        guard let open = registry.openSources else {
            faults.add(
                .operatorNotFound, at: place,
                "\"\(place)\" names no configured source. What exists: \(sourceNames).")
            return nil
        }
        do throws(LIFError) {
            try open.admit(part.informationSourceID, adapterID: part.adapterID)
        } catch {
            faults.add(error, at: place)
            return nil
        }
        // No configuration bounds them.
        guard part.fragmentPaths.count <= Self.openPathLimit else {
            faults.add(.value, at: place, "\"\(place)\" has more than \(Self.openPathLimit) paths.")
            return nil
        }
        var seen: Set<FragmentPath> = []
        let paths = part.fragmentPaths.map { configuration.catalogue.resolve(entity: $0.entity) ?? $0 }
            .filter { seen.insert($0).inserted }
        return QueryPlanPart(
            informationSourceID: part.informationSourceID, adapterID: part.adapterID, learner: part.learner,
            fragmentPaths: paths, translation: part.translation)
    }

    /// Paths that a part may have whose source is not configured.
    private static let openPathLimit = 1_000

    /// The path that the asked one means. The first comparison is the quick one, and mostly finds it.
    private static func find(_ asked: FragmentPath, among paths: [FragmentPath]) -> FragmentPath? {
        if let path = paths.first(where: { $0 == asked }) { return path }
        return LIFName.find(asked.entity, among: paths.lazy.map(\.entity)).map(FragmentPath.init(entity:))
    }

    private var sourceNames: String {
        let names = configuration.catalogue.sources.map(\.id)
        return names.isEmpty ? "none" : names.joined(separator: ", ")
    }
}
