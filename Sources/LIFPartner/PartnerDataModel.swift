import Foundation
public import LIFJSON

/// What a data model says of `Person`: its members and their kinds, from an OpenAPI document.
///
/// Reads `components.schemas.Person` with `properties` (also of arrays, as LIF's own model writes them), `items`,
/// `$ref` to other schemas, `DataType` and `Array` of a leaf.
public struct PartnerDataModel: Sendable {
    struct Node: Sendable {
        enum Kind: Sendable {
            case object([(name: String, node: Node)])
            case string
            case number
            case integer
            case boolean
            case unknown
        }

        var kind: Kind
        var isList: Bool
        var description: String?
    }

    let person: Node

    /// Reads the model from a file in JSON.
    ///
    /// - Throws: `PartnerError` when the file cannot be read or holds no model of `Person`.
    public init(file: String) throws(PartnerError) {
        let url = URL(filePath: file)
        try self.init(openAPI: try JSONFolder.file(url, url.lastPathComponent).value())
    }

    /// Reads the model from an OpenAPI document.
    ///
    /// - Throws: `PartnerError` when the document holds no model of `Person`.
    public init(openAPI document: JSONValue) throws(PartnerError) {
        guard let schemas = document["components"]?["schemas"]?.object, let root = schemas["Person"] else {
            throw PartnerError("The data model has no 'components.schemas.Person'.")
        }
        let node = Reader(schemas: schemas).node(root, open: ["Person"])
        guard case .object = node.kind else {
            throw PartnerError("The data model's 'Person' has no 'properties'.")
        }
        person = node
    }
}

/// Reads the schemas of one document.
private struct Reader {
    let schemas: JSONObject

    /// - Parameter open: The referenced schemas that the path is inside of; one of them again has unknown kind.
    func node(_ schema: JSONValue, open: Set<String>) -> PartnerDataModel.Node {
        if let reference = schema["$ref"]?.string {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            guard !open.contains(name), let target = schemas[name] else {
                return PartnerDataModel.Node(kind: .unknown, isList: false)
            }
            return node(target, open: open.union([name]))
        }
        let description = schema["Description"]?.string ?? schema["description"]?.string
        let isArray = schema["type"] == "array" || schema["Array"] == "Yes"
        if let properties = schema["properties"]?.object {
            let members = properties.members.map { (name: $0.name, node: node($0.value, open: open)) }
            return PartnerDataModel.Node(kind: .object(members), isList: isArray, description: description)
        }
        if let items = schema["items"] {
            let element = node(items, open: open)
            return PartnerDataModel.Node(
                kind: element.isList ? .unknown : element.kind, isList: true,
                description: description ?? element.description)
        }
        let kind: PartnerDataModel.Node.Kind =
            switch schema["DataType"]?.string ?? schema["type"]?.string {
            case "string": .string
            case "number": .number
            case "integer": .integer
            case "boolean": .boolean
            default: .unknown
            }
        return PartnerDataModel.Node(kind: kind, isList: isArray, description: description)
    }
}
