import Foundation
import LIFGraphQL
import LIFJSON
import Testing

@Suite(
    "A deployed partner's schema and transcripts",
    .enabled(if: SharedData.isPresent, "the folder 'shared' with the public test data is not beside the checkout"))
struct DeployedPartnerTests {
    private struct Exchange {
        let request: GraphQLRequest
        let response: JSONValue
    }

    private static let record: JSONValue = [
        "Identifier": [["identifier": "100001", "identifierType": "SCHOOL_ASSIGNED_NUMBER"]],
        "Name": [["firstName": "Alan ", "lastName": "Tsatrian", "informationSourceId": "Org2"]],
    ]

    /// The requests and answers of the transcripts, in order.
    private static func exchanges() throws -> [Exchange] {
        let lines = try String(contentsOf: SharedData.transcriptsURL, encoding: .utf8).split(
            whereSeparator: \.isNewline)
        let objects = try lines.filter { $0.hasPrefix("{") }.map { try JSONParser.parse(String($0)) }
        return try stride(from: 0, to: objects.count, by: 2).map {
            Exchange(request: try GraphQLRequest(body: objects[$0]), response: objects[$0 + 1])
        }
    }

    private static func executor(isDown: Bool = false) throws -> GraphQLExecutor {
        let travel = try JSONParser.parse(
            #"[{"positionTitles":["Compliance Specialist","Compliance Manager"],"#
                + #""Travel":[{"percentage":25.0,"willingToTravelIndicator":true}]}]"#)
        return GraphQLExecutor(
            schema: try SharedData.deployedSchema(),
            resolvers: [
                "person": { arguments in
                    if isDown { throw GraphQLError("All connection attempts failed") }
                    var person = record.object ?? JSONObject()
                    person["PositionPreferences"] = travel
                    let wanted = arguments["filter"]?["Identifier"]?.array?.first?["identifier"]
                    return wanted == "100001" ? [.object(person)] : []
                }
            ])
    }

    @Test("The same requests get the same answers, texts included")
    func transcripts() async throws {
        let exchanges = try Self.exchanges()
        #expect(exchanges.count == 6)
        for (index, exchange) in exchanges.enumerated() {
            let executor = try Self.executor(isDown: index == exchanges.count - 1)
            let answer = await executor.execute(exchange.request).raw
            #expect(answer == RawJSON(exchange.response))
        }
    }

    @Test("The filter's types can be read off it")
    func filterTypes() throws {
        let schema = try SharedData.deployedSchema()
        let filter = try #require(schema.queryType?.field("person")?.argument("filter"))
        #expect(filter.type == .named("PersonInput") && filter.defaultValue == "null")
        let identifier = try #require(schema.type("PersonInput")?.inputField("Identifier"))
        #expect(identifier.type.isList)
        let fields = try #require(schema.type(of: identifier.type)).inputFields
        #expect(fields.map(\.name) == ["identifier", "identifierType"])
        #expect(fields.allSatisfy { schema.type(of: $0.type)?.kind == .scalar })
        #expect(schema.mutationTypeName == "Mutation" && schema.type("Int") == nil)
    }

    @Test("The whole selection of every entity passes its own validation")
    func selections() throws {
        let schema = try SharedData.deployedSchema()
        let builder = GraphQLSelectionBuilder(schema: schema)
        let entities = try #require(schema.type("PersonItem")).fields
        #expect(entities.count == 11)
        let selections = try entities.map { try builder.selection(of: $0.name, on: "PersonItem") }
        #expect(selections.contains { $0.contains("Travel { percentage willingToTravelIndicator") })
        let query = """
            query Q($i: String, $t: String) {
              person(filter: {Identifier: {identifier: $i, identifierType: $t}}) { \(selections.joined(separator: " ")) }
            }
            """
        let errors = GraphQLValidator.validate(try GraphQLDocument(parsing: query), schema: schema)
        #expect(errors.isEmpty)
    }
}
