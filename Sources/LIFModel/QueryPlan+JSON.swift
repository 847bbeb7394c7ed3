public import LIFJSON

extension QueryPlan {
    /// Reads the array of plan parts that `POST /jobs` holds under `lif_query_plan`.
    ///
    /// Only the shape is checked: sources, adapters and paths are compared with the configuration by the orchestrator's
    /// `QueryPlanParser`. Members of a part that are not known are ignored, as newer planners may send them.
    ///
    /// - Throws: `LIFError` `QueryParseException` with every fault and its place in the document.
    public init(json: JSONValue) throws(LIFError) {
        var faults = DocumentFaults()
        self.init(json: json, faults: &faults)
        try faults.check()
    }

    /// Leaves out the parts in which something is wrong, and notes it.
    package init(json: JSONValue?, faults: inout DocumentFaults) {
        guard let elements = json?.array else {
            faults.add(shapeOf: json, at: "lif_query_plan", should: "an array of plan parts")
            self.init(parts: [])
            return
        }
        var parts: [QueryPlanPart] = []
        parts.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            if let part = QueryPlanPart(json: element, index: index, faults: &faults) { parts.append(part) }
        }
        self.init(parts: parts)
    }

    /// The parts as an array, in the form that `init(json:)` reads.
    public var json: RawJSON {
        var writer = JSONWriter(reservingCapacity: 256 * parts.count)
        writer.array { writer in
            for part in parts { writer.value(part) }
        }
        return writer.raw
    }
}

/// Each of these gives `nil` when something is wrong, and notes what. Places are made only then.
extension QueryPlanPart {
    fileprivate init?(json: JSONValue, index: Int, faults: inout DocumentFaults) {
        guard let object = json.object else {
            faults.add(shapeOf: json, at: "lif_query_plan[\(index)]", should: "an object")
            return nil
        }
        func place(_ name: String) -> String { "lif_query_plan[\(index)].\(name)" }
        let source = object["information_source_id"]
        let adapter = object["adapter_id"]
        let countBefore = faults.count
        if source?.string == nil {
            faults.add(shapeOf: source, at: place("information_source_id"), should: "a string")
        }
        if adapter?.string == nil { faults.add(shapeOf: adapter, at: place("adapter_id"), should: "a string") }
        let learner = Self.learner(object["person_id"], at: place("person_id"), faults: &faults)
        let paths = Self.paths(object["lif_fragment_paths"], at: place("lif_fragment_paths"), faults: &faults)
        let translation = Self.translation(object["translation"], at: place("translation"), faults: &faults)
        guard faults.count == countBefore, let source = source?.string, let adapter = adapter?.string, let learner
        else { return nil }
        self.init(
            informationSourceID: source, adapterID: adapter, learner: learner, fragmentPaths: paths,
            translation: translation)
    }

    private static func learner(
        _ json: JSONValue?, at place: @autoclosure () -> String, faults: inout DocumentFaults
    ) -> LearnerIdentifier? {
        guard let object = json?.object else {
            faults.add(
                shapeOf: json, at: place(), should: "an object with \"identifier\" and \"identifierType\"")
            return nil
        }
        var values: [String] = []
        for name in ["identifier", "identifierType"] {
            guard let text = object[name]?.string else {
                faults.add(shapeOf: object[name], at: "\(place()).\(name)", should: "a string")
                continue
            }
            values.append(text)
            if let fault = LearnerIdentifier.fault(in: text, called: name) {
                faults.add(.value, at: "\(place()).\(name)", "\"\(place()).\(name)\": \(fault)")
            }
        }
        return values.count == 2 ? LearnerIdentifier(identifier: values[0], identifierType: values[1]) : nil
    }

    private static func paths(
        _ json: JSONValue?, at place: @autoclosure () -> String, faults: inout DocumentFaults
    ) -> [FragmentPath] {
        guard let elements = json?.array else {
            faults.add(shapeOf: json, at: place(), should: "an array with at least one path")
            return []
        }
        if elements.isEmpty {
            faults.add(.shape, at: place(), "\"\(place())\" is empty; it must be an array with at least one path.")
        }
        var paths: [FragmentPath] = []
        for (index, element) in elements.enumerated() {
            if let path = element.string.flatMap(FragmentPath.init(parsing:)) {
                paths.append(path)
            } else {
                faults.add(
                    shapeOf: element, at: "\(place())[\(index)]",
                    should: "\"Person\" and one member of it, such as \"Person.CredentialAward\"")
            }
        }
        return paths
    }

    private static func translation(
        _ json: JSONValue?, at place: @autoclosure () -> String, faults: inout DocumentFaults
    ) -> Translation? {
        guard let json, !json.isNull else { return nil }
        guard let object = json.object else {
            faults.add(
                shapeOf: json, at: place(),
                should: "null or an object with \"source_schema_id\" and \"target_schema_id\"")
            return nil
        }
        for name in ["source_schema_id", "target_schema_id"] where object[name]?.string == nil {
            faults.add(shapeOf: object[name], at: "\(place()).\(name)", should: "a string")
        }
        guard let source = object["source_schema_id"]?.string, let target = object["target_schema_id"]?.string else {
            return nil
        }
        return Translation(sourceSchemaID: source, targetSchemaID: target)
    }
}

extension JSONWriter {
    /// Writes a plan part as an object, in the form that ``QueryPlan/init(json:)`` reads.
    public mutating func value(_ part: QueryPlanPart) {
        object { writer in
            writer.member("information_source_id", part.informationSourceID)
            writer.member("adapter_id", part.adapterID)
            writer.name("person_id")
            writer.value(part.learner)
            writer.name("lif_fragment_paths")
            writer.array { writer in
                for path in part.fragmentPaths { writer.value(path.description) }
            }
            writer.member("translation", part.translation)
        }
    }

    /// A member with the schemas' ids, or `null`.
    public mutating func member(_ memberName: String, _ translation: Translation?) {
        name(memberName)
        guard let translation else { return null() }
        object { writer in
            writer.member("source_schema_id", translation.sourceSchemaID)
            writer.member("target_schema_id", translation.targetSchemaID)
        }
    }
}
