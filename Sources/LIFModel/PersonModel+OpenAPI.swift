public import LIFJSON

extension PersonModel {
    /// Names below `Person` that are read; the model is open further down. No query goes deeper.
    public static let maximumDepth = CanonicalQuery.maximumDepth
    /// Schemas and properties that reading a model may come by, each as often as it is referred to.
    public static let maximumSchemas = 200_000

    /// Reads `components.schemas.Person` of an OpenAPI document, as the LIF data model and an MDR write it.
    ///
    /// Members are those of `properties`, also beside `"type": "array"`, of `items`, of `allOf`, `anyOf` and `oneOf`, and of
    /// the schema that a `$ref` names. The model is open below what has no members, below what refers to a schema that it
    /// is inside of or that is absent, and below what allows additional properties expressly. The values of each `enum` are
    /// kept, and count as members do.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid` when the document has no model of `Person`, or too large a one.
    public init(openAPI document: JSONValue) throws(LIFError) {
        let schemas = document["components"]?["schemas"]?.object ?? JSONObject()
        guard let name = LIFName.find("Person", among: schemas.names), let root = schemas[name] else {
            throw LIFError(
                .configurationNotValid,
                "The data model has no \"components.schemas.Person\". It must be an OpenAPI document of the LIF data model."
            )
        }
        var reader = OpenAPIReader(schemas: schemas)
        let person = reader.node(root, depth: 0, inside: [name])
        if reader.visits > Self.maximumSchemas {
            throw LIFError(
                .configurationNotValid,
                "The data model is too large: with its references it has more than \(Self.maximumSchemas) members.")
        }
        guard !person.names.isEmpty else {
            throw LIFError(.configurationNotValid, "The data model's \"Person\" has no \"properties\".")
        }
        self.init(person: person)
    }

    /// As ``init(openAPI:)-(JSONValue)``, for a document that has not been parsed yet.
    public init(openAPI document: RawJSON) throws(LIFError) { try self.init(openAPI: document.value()) }
}

/// Reads the schemas of one document.
private struct OpenAPIReader {
    private let schemas: [String: JSONValue]
    private(set) var visits = 0

    /// Schemas inside or after one another, whatever they are: this fits a thread's stack.
    private static let maximumNesting = 192

    init(schemas: JSONObject) {
        self.schemas = Dictionary(schemas.members.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
    }

    /// The members that several schemas together give one node. The first that names a member gives its place.
    private struct Members {
        var order: [String] = []
        var schemas: [String: [(schema: JSONValue, inside: Set<String>)]] = [:]
        var isOpen = false
        var isList = false
        var values: [JSONValue] = []
    }

    /// - Parameters:
    ///   - depth: Names from `Person` to here.
    ///   - inside: The referenced schemas that it is inside of.
    mutating func node(_ schema: JSONValue, depth: Int, inside: Set<String>) -> PersonModel.Node {
        node([(schema, inside)], depth: depth, nesting: 0)
    }

    private mutating func node(
        _ parts: [(schema: JSONValue, inside: Set<String>)], depth: Int, nesting: Int
    ) -> PersonModel.Node {
        guard depth < PersonModel.maximumDepth, nesting < Self.maximumNesting else { return .open }
        var members = Members()
        for part in parts { collect(part.schema, part.inside, nesting: nesting + 1, into: &members) }
        var children: [(name: String, node: PersonModel.Node)] = []
        for name in members.order {
            children.append((name, node(members.schemas[name] ?? [], depth: depth + 1, nesting: nesting + 1)))
        }
        return PersonModel.Node(children, isOpen: members.isOpen, isList: members.isList, values: members.values)
    }

    private mutating func collect(
        _ schema: JSONValue, _ inside: Set<String>, nesting: Int, into members: inout Members
    ) {
        visits += 1
        guard visits <= PersonModel.maximumSchemas, nesting < Self.maximumNesting else {
            members.isOpen = true
            return
        }
        guard let schema = schema.object else { return }
        let types = schema["type"]?.array ?? schema["type"].map { [$0] } ?? []
        if types.contains("array") || schema["items"] != nil { members.isList = true }
        let properties = schema["properties"]?.object?.members ?? []
        visits += properties.count
        for member in properties {
            if members.schemas[member.name] == nil { members.order.append(member.name) }
            members.schemas[member.name, default: []].append((member.value, inside))
        }
        if let values = schema["enum"]?.array {
            visits += values.count
            if visits <= PersonModel.maximumSchemas { members.values += values }
        }
        if let reference = schema["$ref"]?.string {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            if !inside.contains(name), let target = schemas[name] {
                collect(target, inside.union([name]), nesting: nesting + 1, into: &members)
            } else {
                members.isOpen = true
            }
        }
        var others = schema["items"].map { $0.array ?? [$0] } ?? []
        for name in ["allOf", "anyOf", "oneOf"] { others += schema[name]?.array ?? [] }
        for other in others { collect(other, inside, nesting: nesting + 1, into: &members) }
        if let additional = schema["additionalProperties"] {
            members.isOpen = members.isOpen || additional == true || additional.object != nil
        }
        if schema["patternProperties"]?.object?.isEmpty == false { members.isOpen = true }
    }
}
