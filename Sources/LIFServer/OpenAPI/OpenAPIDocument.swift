import LIFJSON

/// A component's routes as an OpenAPI 3.1.0 document. It is compiled into the program, so it needs no file at run time.
struct OpenAPIDocument: Sendable {
    /// The JSON, byte for byte as it stands beside this file.
    let bytes: [UInt8]

    static let orchestrator = OpenAPIDocument(bytes: PackageResources.orchestrator_openapi_json)

    static let queryPlanner = OpenAPIDocument(bytes: PackageResources.query_planner_openapi_json)

    /// The document of a component, by the name that it has in logs; `nil` for one that has none.
    static func document(of component: String) -> OpenAPIDocument? {
        switch component {
        case "orchestrator": orchestrator
        case "query-planner": queryPlanner
        default: nil
        }
    }

    /// What a path may have beside its operations is left out.
    private static let methods: Set<String> = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

    /// The method and path of each operation, with path parameters in braces: `GET /jobs/{job_id}`. Read anew with each
    /// call; empty when the document is no JSON.
    var operations: Set<String> {
        let paths = (try? JSONParser.parse(bytes))?["paths"]?.object?.members ?? []
        return Set(
            paths.flatMap { path in
                (path.value.object?.names ?? []).filter(Self.methods.contains).map { "\($0.uppercased()) \(path.name)" }
            })
    }
}
