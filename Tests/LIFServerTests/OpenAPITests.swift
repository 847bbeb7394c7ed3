import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LIFJSON
import LIFModel
import Testing

@testable import LIFServer

@Suite("The description of a component's routes")
struct OpenAPITests {
    @Test("It is OpenAPI 3.1.0, and says what it describes", arguments: DescribedComponent.all)
    func version(_ component: DescribedComponent) throws {
        let document = try DescribedRoutes(component).json
        #expect(document["openapi"] == "3.1.0")
        #expect(document["info"]?["title"]?.string == component.title)
        #expect(document["info"]?["version"]?.string?.isEmpty == false)
        #expect(document["servers"]?.array?.first?["url"] == "/")
        #expect(OpenAPIDocument.document(of: component.name)?.bytes == component.document.bytes)
        #expect(OpenAPIDocument.document(of: "nothing") == nil)
    }

    @Test("Each $ref leads somewhere, and each component is used", arguments: DescribedComponent.all)
    func references(_ component: DescribedComponent) throws {
        let routes = try DescribedRoutes(component)
        let used = routes.references
        for reference in used { #expect(routes.target(of: reference) != nil, "\(reference)") }
        #expect(used.count > 50)
        for kind in routes.json["components"]?.object?.members ?? [] where kind.name != "securitySchemes" {
            for name in kind.value.object?.names ?? [] where !component.unreferenced.contains(name) {
                #expect(used.contains("#/components/\(kind.name)/\(name)"))
            }
        }
    }

    @Test(
        "Each operation has an id of its own, a summary, a tag, an answer that is no error, and a problem",
        arguments: DescribedComponent.all)
    func complete(_ component: DescribedComponent) throws {
        let routes = try DescribedRoutes(component)
        let tags = try #require(routes.json["tags"]?.array).compactMap { $0["name"]?.string }
        var ids: Set<String> = []
        for operation in routes.operations {
            let (name, json) = (operation.name, operation.json)
            let id = try #require(json["operationId"]?.string, "\(name)")
            #expect(ids.insert(id).inserted, "\(name)")
            #expect(json["summary"]?.string?.isEmpty == false, "\(name)")
            #expect(json["tags"]?.array?.compactMap(\.string).allSatisfy(tags.contains) == true, "\(name)")
            let responses = try #require(json["responses"]?.object, "\(name)")
            #expect(
                responses.names.contains { $0.hasPrefix("2") } != component.refused.contains(name), "\(name)")
            for (status, response) in responses.members.map({ ($0.name, $0.value) }) {
                let response = try routes.resolved(response)
                #expect(response["description"]?.string?.isEmpty == false, "\(name) \(status)")
                guard !status.hasPrefix("2") else { continue }
                let schema = response["content"]?["application/problem+json"]?["schema"]
                if status == "304" {
                    #expect(response["content"] == nil, "\(name)")
                } else {
                    #expect(schema?["$ref"] == "#/components/schemas/Problem", "\(name) \(status)")
                }
            }
            #expect(responses["default"] != nil, "\(name)")
        }
        #expect(ids.count == component.document.operations.count)
    }

    @Test("The parameters in a path are described, and no others", arguments: DescribedComponent.all)
    func pathParameters(_ component: DescribedComponent) throws {
        let routes = try DescribedRoutes(component)
        for operation in routes.operations {
            let name = operation.name
            let parameters = [operation.item, operation.json].flatMap { $0["parameters"]?.array ?? [] }
            let given = try parameters.map(routes.resolved)
            let described = given.filter { $0["in"] == "path" }.compactMap { $0["name"]?.string }
            let inPath = name.split(separator: "{").dropFirst().compactMap { $0.split(separator: "}").first }
            #expect(described == inPath.map(String.init), "\(name)")
            #expect(given.allSatisfy { $0["in"] != "path" || $0["required"] == true }, "\(name)")
        }
    }

    @Test("The operations are listed by method and path", arguments: DescribedComponent.all)
    func operationNames(_ component: DescribedComponent) throws {
        let names = component.document.operations
        #expect(names == Set(try DescribedRoutes(component).operations.map(\.name)))
        #expect(names.isSuperset(of: component.operations))
        #expect(names.isSuperset(of: component.refused))
        #expect(OpenAPIDocument(bytes: Array("{".utf8)).operations.isEmpty)
    }

    @Test("Each code stands beside the status that it gets", arguments: DescribedComponent.all)
    func codes(_ component: DescribedComponent) throws {
        let routes = try DescribedRoutes(component)
        var codes: Set<LIFError.Code> = []
        for operation in routes.operations {
            for (status, response) in operation.json["responses"]?.object?.members.map({ ($0.name, $0.value) }) ?? [] {
                for text in try routes.resolved(response)["x-codes"]?.array?.compactMap(\.string) ?? [] {
                    let code = try #require(LIFError.Code(rawValue: text), "\(text)")
                    let error = LIFError(code, "", isShapeError: status == "422")
                    #expect("\(error.status.code)" == status, "\(operation.name): \(text)")
                    codes.insert(code)
                }
            }
        }
        #expect(codes.isSuperset(of: component.codes))
    }

    @Test("The reasons of failed parts are those that there are", arguments: DescribedComponent.all)
    func reasons(_ component: DescribedComponent) throws {
        let schemas = try DescribedRoutes(component).json["components"]?["schemas"]
        let schema = try #require(schemas?[component.reasons.schema]?["enum"]?.array)
        let reasons = Set(Failure.Reason.allCases.map(\.rawValue))
        #expect(Set(schema.compactMap(\.string)) == reasons.union(component.reasons.others))
        #expect(schema.contains(.null))
    }

    @Test("What may be null in a workflow is described as something that may be")
    func nullable() throws {
        let routes = try DescribedRoutes(.orchestrator)
        func mayBeNull(_ schema: JSONValue) throws -> Bool {
            let schema = try routes.resolved(schema)
            let types = schema["type"]?.array ?? schema["type"].map { [$0] } ?? []
            return try types.contains("null") || (schema["anyOf"]?.array ?? []).contains { try mayBeNull($0) }
        }
        for name in ["Workflow", "TaskSettings", "Callbacks", "ScheduleRule"] {
            let members = routes.json["components"]?["schemas"]?[name]?["properties"]?.object?.members ?? []
            #expect(!members.isEmpty)
            for member in members {
                #expect(try mayBeNull(member.value), "\(name).\(member.name)")
            }
        }
    }
}

@Suite("The documentation routes")
struct DocumentationRouteTests {
    private func get(
        _ path: String, of document: OpenAPIDocument = .orchestrator,
        _ check: @escaping @Sendable (TestResponse) throws -> Void
    ) async throws {
        let router = Router(context: ComponentRequestContext.self)
        DocumentationRoutes(document: document).add(to: router)
        try await Application(router: router).test(.router) { client in
            try await client.execute(uri: path, method: .get) { try check($0) }
        }
    }

    @Test("The description is served as it is", arguments: DescribedComponent.all)
    func description(_ component: DescribedComponent) async throws {
        try await get("/openapi.json", of: component.document) { response in
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json")
            #expect(Array(response.body.readableBytesView) == component.document.bytes)
        }
    }

    @Test(
        "The page asks nothing of any other server, with a trailing slash too", arguments: ["/docs", "/docs/"])
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
