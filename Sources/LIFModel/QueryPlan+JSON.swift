public import LIFJSON

extension QueryPlan {
    /// Reads the array of plan parts that `POST /jobs` holds under `lif_query_plan`.
    ///
    /// Only the shape is checked: sources, adapters and paths are compared with the configuration by the orchestrator's
    /// `QueryPlanParser`. Members of a part that are not known are passed over, as newer planners may send them.
    ///
    /// - Throws: `LIFError` `QueryParseException` with the place in the document.
    public init(json: JSONValue) throws(LIFError) {
        guard let elements = json.array else {
            throw .shape(.queryParseException, "\"lif_query_plan\"", is: json, should: "an array of plan parts")
        }
        var parts: [QueryPlanPart] = []
        parts.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            parts.append(try QueryPlanPart(json: element, at: "lif_query_plan[\(index)]"))
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

extension QueryPlanPart {
    fileprivate init(json: JSONValue, at place: String) throws(LIFError) {
        guard json.object != nil else {
            throw .shape(.queryParseException, "\"\(place)\"", is: json, should: "an object")
        }
        self.init(
            informationSourceID: try json.text("information_source_id", at: place),
            adapterID: try json.text("adapter_id", at: place),
            learner: try LearnerIdentifier(
                json: json["person_id"] ?? .null, at: "\(place).person_id", code: .queryParseException),
            fragmentPaths: try Self.paths(json["lif_fragment_paths"], at: "\(place).lif_fragment_paths"),
            translation: try Translation(json: json["translation"] ?? .null, at: "\(place).translation"))
    }

    private static func paths(_ json: JSONValue?, at place: String) throws(LIFError) -> [FragmentPath] {
        guard let elements = json?.array, !elements.isEmpty else {
            throw .shape(.queryParseException, "\"\(place)\"", is: json, should: "an array with at least one path")
        }
        var paths: [FragmentPath] = []
        for (index, element) in elements.enumerated() {
            guard let path = element.string.flatMap(FragmentPath.init(parsing:)) else {
                throw .shape(
                    .queryParseException, "\"\(place)[\(index)]\"", is: element,
                    should: "\"Person\" and one member of it, such as \"Person.CredentialAward\"")
            }
            paths.append(path)
        }
        return paths
    }
}

extension Translation {
    /// - Returns: `nil` for `null`.
    fileprivate init?(json: JSONValue, at place: String) throws(LIFError) {
        if json.isNull { return nil }
        guard json.object != nil else {
            throw .shape(
                .queryParseException, "\"\(place)\"", is: json,
                should: "null or an object with \"source_schema_id\" and \"target_schema_id\"")
        }
        self.init(
            sourceSchemaID: try json.text("source_schema_id", at: place),
            targetSchemaID: try json.text("target_schema_id", at: place))
    }
}

extension JSONValue {
    fileprivate func text(_ name: String, at place: String) throws(LIFError) -> String {
        guard let text = self[name]?.string else {
            throw .shape(.queryParseException, "\"\(place).\(name)\"", is: self[name], should: "a string")
        }
        return text
    }
}

extension JSONWriter {
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
            writer.name("translation")
            if let translation = part.translation {
                writer.object { writer in
                    writer.member("source_schema_id", translation.sourceSchemaID)
                    writer.member("target_schema_id", translation.targetSchemaID)
                }
            } else {
                writer.null()
            }
        }
    }
}
