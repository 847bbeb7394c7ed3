import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LIFJSON
import LIFModel
import Testing

@testable import LIFServer

@Suite("The description of the Orchestrator's routes")
struct OpenAPITests {
    private let document: JSONValue

    init() throws { document = try JSONParser.parse(OpenAPIDocument.orchestrator.bytes) }

    /// Each operation with its name, such as `GET /jobs`.
    private var operations: [(name: String, operation: JSONValue, item: JSONValue)] {
        (document["paths"]?.object?.members ?? []).flatMap { path in
            (path.value.object?.members ?? []).filter { $0.name != "parameters" }.map {
                ("\($0.name.uppercased()) \(path.name)", $0.value, path.value)
            }
        }
    }

    private func resolved(_ value: JSONValue) throws -> JSONValue {
        guard let reference = value["$ref"]?.string else { return value }
        return try resolved(try #require(target(of: reference), "\(reference) leads nowhere."))
    }

    private func target(of reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(document) { value, name in value?[String(name)] }
    }

    /// Calls the body with each object of the document, at any depth.
    private func visit(_ value: JSONValue, _ body: (JSONObject) -> Void) {
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

    @Test("It is OpenAPI 3.1.0, and says what it describes")
    func version() {
        #expect(document["openapi"] == "3.1.0")
        #expect(document["info"]?["title"] == "LIF Orchestrator")
        #expect(document["info"]?["version"]?.string?.isEmpty == false)
        #expect(document["servers"]?.array?.first?["url"] == "/")
        #expect(OpenAPIDocument.document(of: "orchestrator")?.bytes == OpenAPIDocument.orchestrator.bytes)
        #expect(OpenAPIDocument.document(of: "nothing") == nil)
    }

    @Test("Each $ref leads somewhere, and each component is used")
    func references() throws {
        var used: Set<String> = []
        visit(document) { object in
            guard let reference = object["$ref"]?.string else { return }
            used.insert(reference)
            #expect(target(of: reference) != nil, "\(reference)")
        }
        #expect(used.count > 50)
        for kind in document["components"]?.object?.members ?? [] where kind.name != "securitySchemes" {
            for name in kind.value.object?.names ?? [] where !["JobPartEvent", "JobEndEvent"].contains(name) {
                #expect(used.contains("#/components/\(kind.name)/\(name)"))
            }
        }
    }

    @Test("Each operation has an id of its own, a summary, a tag, an answer that is no error, and a problem")
    func complete() throws {
        let tags = try #require(document["tags"]?.array).compactMap { $0["name"]?.string }
        var ids: Set<String> = []
        for (name, operation, _) in operations {
            let id = try #require(operation["operationId"]?.string, "\(name)")
            #expect(ids.insert(id).inserted, "\(name)")
            #expect(operation["summary"]?.string?.isEmpty == false, "\(name)")
            #expect(operation["tags"]?.array?.compactMap(\.string).allSatisfy(tags.contains) == true, "\(name)")
            let responses = try #require(operation["responses"]?.object, "\(name)")
            #expect(responses.names.contains { $0.hasPrefix("2") }, "\(name)")
            for (status, response) in responses.members.map({ ($0.name, $0.value) }) {
                let response = try resolved(response)
                #expect(response["description"]?.string?.isEmpty == false, "\(name) \(status)")
                guard !status.hasPrefix("2") else { continue }
                let schema = response["content"]?["application/problem+json"]?["schema"]
                #expect(schema?["$ref"] == "#/components/schemas/Problem", "\(name) \(status)")
            }
            #expect(responses["default"] != nil, "\(name)")
        }
        #expect(ids.count == OpenAPIDocument.orchestrator.operations.count)
    }

    @Test("The parameters in a path are described, and no others")
    func pathParameters() throws {
        for (name, operation, item) in operations {
            let given = try ((item["parameters"]?.array ?? []) + (operation["parameters"]?.array ?? [])).map(resolved)
            let described = given.filter { $0["in"] == "path" }.compactMap { $0["name"]?.string }
            let inPath = name.split(separator: "{").dropFirst().compactMap { $0.split(separator: "}").first }
            #expect(described == inPath.map(String.init), "\(name)")
            #expect(given.allSatisfy { $0["in"] != "path" || $0["required"] == true }, "\(name)")
        }
    }

    @Test("The operations are told by method and path")
    func operationNames() {
        let names = OpenAPIDocument.orchestrator.operations
        #expect(names == Set(operations.map(\.name)))
        #expect(names.isSuperset(of: ["GET /jobs", "POST /jobs", "DELETE /jobs/{job_id}/result", "GET /"]))
        #expect(OpenAPIDocument(bytes: Array("{".utf8)).operations.isEmpty)
    }

    @Test("Each code stands beside the status that it gets")
    func codes() throws {
        var codes: Set<LIFError.Code> = []
        for (name, operation, _) in operations {
            for (status, response) in operation["responses"]?.object?.members.map({ ($0.name, $0.value) }) ?? [] {
                for text in try resolved(response)["x-codes"]?.array?.compactMap(\.string) ?? [] {
                    let code = try #require(LIFError.Code(rawValue: text), "\(text)")
                    let error = LIFError(code, "", isShapeError: status == "422")
                    #expect("\(error.status.code)" == status, "\(name): \(text)")
                    codes.insert(code)
                }
            }
        }
        #expect(codes.isSuperset(of: [.queryParseException, .jobPostException, .jobNotFoundException, .overloaded]))
        #expect(codes.isSuperset(of: [.operatorNotFoundException, .operatorException, .resultExpired]))
        #expect(codes.isSuperset(of: [.outputQueueNotAvailableException, .outputWriteException, .outputReadException]))
    }

    @Test("The reasons of failed parts are those that there are")
    func reasons() throws {
        let schema = try #require(document["components"]?["schemas"]?["FailureReason"]?["enum"]?.array)
        #expect(Set(schema.compactMap(\.string)) == Set(Failure.Reason.allCases.map(\.rawValue)))
        #expect(schema.contains(.null))
    }
}

@Suite("The documentation routes")
struct DocumentationRouteTests {
    private func get(_ path: String, _ check: @escaping @Sendable (TestResponse) throws -> Void) async throws {
        let router = Router(context: ComponentRequestContext.self)
        DocumentationRoutes(document: .orchestrator).add(to: router)
        try await Application(router: router).test(.router) { client in
            try await client.execute(uri: path, method: .get) { try check($0) }
        }
    }

    @Test("The description is served as it is")
    func description() async throws {
        try await get("/openapi.json") { response in
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json")
            #expect(Array(response.body.readableBytesView) == OpenAPIDocument.orchestrator.bytes)
        }
    }

    @Test(
        "The page asks nothing of any other server, with a slash behind its path too", arguments: ["/docs", "/docs/"])
    func page(path: String) async throws {
        try await get(path) { response in
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "text/html; charset=utf-8")
            let policy = try #require(response.headers[.contentSecurityPolicy])
            #expect(policy.hasPrefix("default-src 'none'; ") && policy.contains("connect-src 'self'"))
            let page = String(buffer: response.body)
            #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
            for outside in ["http:", "https:", "src=", "@import", "url(", "innerHTML", "eval("] {
                #expect(!page.contains(outside), "\(outside)")
            }
            #expect(DocumentationRoutes.paths == ["/openapi.json", "/docs"])
        }
    }
}
