import LIFHTTP
import LIFJSON
import LIFMetadata
import LIFModel
import LIFNeighbours
import LIFTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct MDRClientTests {
    private static func client(
        _ url: String, apiKey: String? = nil, timeout: Duration = .seconds(10), maximumAnswerBytes: Int = 8 << 20
    ) -> MDRClient {
        MDRClient(
            configuration: MDRConfiguration(
                baseURL: url, apiKey: apiKey.map(Secret.init), timeout: timeout,
                maximumAnswerBytes: maximumAnswerBytes), http: OutgoingHTTPClient())
    }

    /// A page as a deployed MDR gives it.
    private static func page(
        _ transformations: some Sequence<Transformation>, total: Int, number: Int = 1
    ) -> SourceServer.Reply {
        let data = transformations.map { transformation -> JSONValue in
            [
                "TransformationGroupId": 50, "TransformationExpression": .string(transformation.expression),
                "TransformationExpressionLanguage": .string(transformation.language), "TransformationNotes": nil,
            ]
        }
        let page: JSONValue = [
            "total": .number(JSONNumber(total)), "page": .number(JSONNumber(number)), "size": 1_000, "next": nil,
            "data": .array(data),
        ]
        return .json(RawJSON(page))
    }

    private static func failure(_ reply: SourceServer.Reply) async throws -> [LIFError] {
        try await SourceServer.with({ _ in reply }) { server in
            let client = client(server.url, apiKey: "SECRET")
            let model = await #expect(throws: LIFError.self) { try await client.dataModel(id: "17") }
            let group = await #expect(throws: LIFError.self) { try await client.transformations(from: "26", to: "17") }
            return [try #require(model), try #require(group)]
        }
    }

    @Test("A data model is asked for as deployed MDRs are, with the key", arguments: [nil, "k3y"])
    func dataModel(key: String?) async throws {
        try await SourceServer.with({ _ in .json(#"{"components": {"schemas": {"n": 1.0}}}"#) }) { server in
            let model = try await Self.client(server.url + "/", apiKey: key).dataModel(id: "17")
            #expect(model.text == #"{"components":{"schemas":{"n":1.0}}}"#)
            let asked = try #require(server.asked.first)
            #expect(asked.method == "GET")
            #expect(asked.target == "/datamodels/open_api_schema/17?include_attr_md=true")
            #expect(asked.header("X-API-Key") == key)
            #expect(asked.header("Authorization") == nil)
        }
    }

    @Test("The tenant goes with what is asked, when there is one", arguments: [nil, "tenant_org1"])
    func tenant(schema: String?) async throws {
        let answer: @Sendable (SourceServer.Asked) async -> SourceServer.Reply = { asked in
            asked.target.hasPrefix("/datamodels/") ? .json("{}") : Self.page([], total: 0)
        }
        try await SourceServer.with(answer) { server in
            let client = MDRClient(
                configuration: MDRConfiguration(baseURL: server.url, tenantSchema: schema), http: OutgoingHTTPClient())
            _ = try await client.dataModel(id: "17")
            _ = try await client.transformations(from: "26", to: "17")
            #expect(server.asked.map { $0.header("X-API-Tenant-Schema") } == [schema, schema])
        }
    }

    @Test(
        "The real data model comes whole", .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absence)))
    func realModel() async throws {
        let document = try SharedData.json("schema/lif-person-openapi.json")
        try await SourceServer.with({ _ in .json(document) }) { server in
            let model = try PersonModel(openAPI: try await Self.client(server.url).dataModel(id: "17"))
            #expect(model["name"]?.node["firstname"] == nil)
            #expect(model["name"]?.node["FirstName"]?.name == "firstName")
        }
    }

    @Test("Transformations are asked for as deployed MDRs are")
    func transformations() async throws {
        let expected = [
            Transformation(expression: "{ \"Person\": é }", language: "JSONata"),
            Transformation(expression: "x", language: "Other"),
        ]
        try await SourceServer.with({ _ in Self.page(expected, total: 2) }) { server in
            let read = try await Self.client(server.url, apiKey: "k3y").transformations(from: "26", to: "17")
            #expect(read == expected)
            #expect(
                server.asked.map(\.target) == [
                    "/transformation_groups/transformations_for_data_models/"
                        + "?source_data_model_id=26&target_data_model_id=17&size=1000"
                ])
            #expect(server.asked.first?.header("X-API-Key") == "k3y")
        }
    }

    @Test(
        "The transformations of a real group are read from all its pages",
        .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absence)))
    func realGroup() async throws {
        let file = try SharedData.json("transformations/StateU-LIF_CLR-v2-Open-Badges-v3__v1.0.json")
        let group = (file["Transformations"]?.elements ?? []).map { element in
            Transformation(
                expression: element["Expression"]?.string ?? "", language: element["ExpressionLanguage"]?.string ?? "")
        }
        #expect(group.count > 10 && group.allSatisfy { !$0.expression.isEmpty && $0.language == "JSONata" })
        // This MDR gives pages of ten.
        try await SourceServer.with({ asked in
            let number = asked.target.split(separator: "&page=").dropFirst().first.flatMap { Int($0) } ?? 1
            return Self.page(group.dropFirst((number - 1) * 10).prefix(10), total: group.count, number: number)
        }) { server in
            let read = try await Self.client(server.url).transformations(from: "17", to: "3")
            #expect(read == group)
            #expect(server.asked.count == (group.count + 9) / 10)
        }
    }

    @Test("A group that is empty, or ends before its total, ends the asking")
    func ends() async throws {
        try await SourceServer.with({ _ in Self.page([], total: 0) }) { server in
            let read = try await Self.client(server.url).transformations(from: "1", to: "2")
            #expect(read.isEmpty)
            #expect(server.asked.count == 1)
        }
        let one = Transformation(expression: "x", language: "JSONata")
        try await SourceServer.with({ asked in
            Self.page(asked.target.contains("&page=") ? [] : [one], total: 5)
        }) { server in
            let read = try await Self.client(server.url).transformations(from: "1", to: "2")
            #expect(read == [one])
            #expect(server.asked.count == 2)
        }
    }

    @Test("A group without an end is given up")
    func endless() async throws {
        let one = Transformation(expression: "x", language: "JSONata")
        try await SourceServer.with({ _ in Self.page([one], total: 1_000_000) }) { server in
            let client = Self.client(server.url)
            let error = await #expect(throws: LIFError.self) { try await client.transformations(from: "1", to: "2") }
            #expect(error?.code == .neighbourNotAvailable)
            #expect(server.asked.count == 100)
        }
    }

    @Test("Ids stay one segment each, and what is no id is not sent")
    func ids() async throws {
        try await SourceServer.with({ _ in Self.page([], total: 0) }) { server in
            let client = Self.client(server.url)
            _ = try await client.dataModel(id: "a/b?c")
            _ = try await client.transformations(from: "1&size=1", to: "ü")
            #expect(
                server.asked.map(\.target) == [
                    "/datamodels/open_api_schema/a%2Fb%3Fc?include_attr_md=true",
                    "/transformation_groups/transformations_for_data_models/"
                        + "?source_data_model_id=1%26size%3D1&target_data_model_id=%C3%BC&size=1000",
                ])
            for id in ["", ".", ".."] {
                await #expect(throws: LIFError.self) { try await client.dataModel(id: id) }
                await #expect(throws: LIFError.self) { try await client.transformations(from: "1", to: id) }
            }
            #expect(server.asked.count == 2)
        }
    }

    @Test("Any other status means that the MDR is not available", arguments: [302, 401, 403, 404, 422, 500, 503])
    func statuses(status: Int) async throws {
        for error in try await Self.failure(.json(#"{"detail":"HIDDEN"}"#, status: status)) {
            #expect(error.code == .neighbourNotAvailable)
            #expect(error.blame == .source)
            #expect(error.message.contains("MDR") && error.message.contains("\(status)"))
            #expect(!error.message.contains("HIDDEN") && !error.message.contains("SECRET"))
        }
    }

    @Test("What is no document is reported as such", arguments: ["", "HIDDEN", "[]", "null", "7"])
    func noDocument(body: String) async throws {
        for error in try await Self.failure(.json(body)) {
            #expect(error.code == .neighbourNotAvailable)
            #expect(error.message.contains("MDR") && !error.message.contains("HIDDEN"))
        }
    }

    @Test(
        "What is no page of transformations is reported as such",
        arguments: [
            "{}", #"{"total":1,"data":{}}"#, #"{"total":"x","data":[]}"#, #"{"data":[]}"#, #"{"total":1,"data":[{}]}"#,
            #"{"total":1,"data":["HIDDEN"]}"#, #"{"total":1,"data":[{"TransformationExpression":7}]}"#,
        ])
    func noPage(body: String) async throws {
        try await SourceServer.with({ _ in .json(body) }) { server in
            let client = Self.client(server.url)
            let error = await #expect(throws: LIFError.self) { try await client.transformations(from: "1", to: "2") }
            #expect(error?.code == .neighbourNotAvailable)
            #expect(error?.message.contains("HIDDEN") == false)
        }
    }

    @Test("An answer that is too large is not read")
    func tooLarge() async throws {
        let kilobyte = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 10)
        try await SourceServer.with({ _ in SourceServer.Reply(status: 200, body: kilobyte, times: 100) }) { server in
            let client = Self.client(server.url, maximumAnswerBytes: 10_000)
            let error = await #expect(throws: LIFError.self) { try await client.dataModel(id: "1") }
            #expect(error?.message.contains("10000 bytes") == true)
        }
    }

    @Test("An MDR that does not run, or does not answer, is reported as such")
    func unreachable() async throws {
        let url = try await SourceServer.with({ _ in .status(200) }) { $0.url }
        let refused = await #expect(throws: LIFError.self) { try await Self.client(url).dataModel(id: "1") }
        #expect(refused?.message.contains("no connection") == true)
        try await SourceServer.with({ _ in
            try await Task.sleep(for: .seconds(600))
            return .status(200)
        }) { server in
            let client = Self.client(server.url, timeout: .milliseconds(100))
            let silent = await #expect(throws: LIFError.self) { try await client.dataModel(id: "1") }
            #expect(silent?.message.contains("in time") == true)
        }
    }

    @Test("A configuration that is printed does not show its key")
    func secret() {
        let configuration = MDRConfiguration(baseURL: "http://h", apiKey: Secret("k3y"))
        var text = "\(configuration) \(String(reflecting: configuration))"
        dump(configuration, to: &text)
        #expect(!text.contains("k3y"))
    }
}
