import LIFJSON
import LIFModel
import Testing

@testable import LIFServer

/// A component whose routes are described, and what its description has of its own.
struct DescribedComponent: Sendable, CustomTestStringConvertible {
    /// By which it is known in logs.
    let name: String
    let title: String
    let document: OpenAPIDocument
    /// Schemas of what stands inside other texts: no `$ref` leads to them.
    let unreferenced: Set<String>
    /// Operations that this version refuses whatever they are sent.
    let refused: Set<String>
    /// Some that must be there.
    let operations: Set<String>
    let codes: Set<LIFError.Code>
    /// The schema of the reasons for which a source fails, and words beside them.
    let reasons: (schema: String, others: Set<String>)

    var testDescription: String { name }

    static let all = [orchestrator, queryPlanner]

    static let orchestrator = DescribedComponent(
        name: "orchestrator", title: "LIF Orchestrator", document: .orchestrator,
        unreferenced: ["JobPartEvent", "JobEndEvent"], refused: [],
        operations: ["GET /jobs", "POST /jobs", "DELETE /jobs/{job_id}/result", "GET /"],
        codes: [
            .queryParseException, .jobPostException, .jobNotFoundException, .overloaded, .operatorNotFoundException,
            .operatorException, .resultExpired, .outputQueueNotAvailableException, .outputWriteException,
            .outputReadException,
        ],
        reasons: ("FailureReason", []))

    static let queryPlanner = DescribedComponent(
        name: "query-planner", title: "LIF Query Planner", document: .queryPlanner,
        unreferenced: ["PartEvent", "EndEvent"], refused: [],
        operations: ["POST /query", "GET /query", "GET /query/{id}/events", "POST /orchestration/results", "GET /"],
        codes: [
            .queryNotValid, .learnerNotFound, .learnerDataNotFound, .correlationIDNotFound, .queryTimeout,
            .resultExpired, .requestTooLarge, .neighbourNotAvailable, .sourcesNotAvailable, .overloaded,
            .notSupportedYet, .federationLoop, .queryParseException, .jobNotFoundException, .identityMappingNotValid,
            .identityMappingNotFound, .identityMappingConflict,
        ],
        reasons: ("Reason", ["revalidating"]))
}

/// A description as JSON.
struct DescribedRoutes {
    /// One operation, its name being such as `GET /jobs`.
    struct Operation {
        let name: String
        let json: JSONValue
        /// What the operations of its path have in common.
        let item: JSONValue
    }

    let json: JSONValue

    init(_ component: DescribedComponent) throws { json = try JSONParser.parse(component.document.bytes) }

    var operations: [Operation] {
        (json["paths"]?.object?.members ?? []).flatMap { path in
            (path.value.object?.members ?? []).filter { $0.name != "parameters" }.map {
                Operation(name: "\($0.name.uppercased()) \(path.name)", json: $0.value, item: path.value)
            }
        }
    }

    func resolved(_ value: JSONValue) throws -> JSONValue {
        guard let reference = value["$ref"]?.string else { return value }
        return try resolved(try #require(target(of: reference), "\(reference) leads nowhere."))
    }

    func target(of reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(json) { value, name in value?[String(name)] }
    }

    /// Where each `$ref` leads, at any depth.
    var references: Set<String> {
        var found: Set<String> = []
        Self.visit(json) { object in
            if let reference = object["$ref"]?.string { found.insert(reference) }
        }
        return found
    }

    private static func visit(_ value: JSONValue, _ body: (JSONObject) -> Void) {
        switch value {
        case .object(let object):
            body(object)
            for member in object.members { visit(member.value, body) }
        case .array(let elements):
            for element in elements { visit(element, body) }
        default:
            break
        }
    }
}
