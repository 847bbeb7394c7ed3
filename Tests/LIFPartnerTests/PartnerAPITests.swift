import LIFGraphQL
import LIFJSON
import LIFPartner
import Testing

@Suite("A partner's LIF API")
struct PartnerAPITests {
    private static func answer(_ filter: String) async throws -> String {
        let records = try TestData.records(
            #"{"Identifier":[{"identifier":"1","identifierType":"A b"}],"Name":[{"firstName":"One","rank":1.0}]}"#,
            #"{"Identifier":[{"identifier":"2","identifierType":"A_B"}],"Name":[{"firstName":"Two"}]}"#,
            #"{"Identifier":[{"identifier":"1","identifierType":"C"}],"Name":[{"firstName":"Three","rank":2e1}]}"#)
        let api = PartnerAPI(records: records, schema: try PartnerSchema(records: records))
        return await api.answer(GraphQLRequest(query: "{ person\(filter) { Name { firstName rank } } }")).raw.text
    }

    @Test(
        "The filter decides who is answered",
        arguments: [
            (#"(filter: {Identifier: {identifier: "1", identifierType: "A_B"}})"#, ["One"]),
            (#"(filter: {Identifier: [{identifier: "1", identifierType: "a b"}]})"#, ["One"]),
            (#"(filter: {Identifier: [{identifier: "1"}]})"#, ["One", "Three"]),
            (
                #"(filter: {Identifier: [{identifier: "2"}, {identifier: "1", identifierType: "C"}]})"#,
                ["Two", "Three"]
            ),
            (#"(filter: {Identifier: {identifier: "nobody"}})"#, []),
        ])
    func filters(filter: String, names: [String]) async throws {
        let data = try JSONParser.parse(try await Self.answer(filter))["data"]
        #expect(data?["person"]?.array?.compactMap { $0["Name"]?.array?.first?["firstName"]?.string } == names)
    }

    @Test(
        "A filter that names no learner is an error, not everyone's data",
        arguments: [
            "", "(filter: null)", "(filter: {})", "(filter: {Identifier: []})", "(filter: {Identifier: null})",
            "(filter: {Identifier: {}})", "(filter: {Identifier: {identifierType: \"C\"}})",
            "(filter: {Identifier: {identifier: \"\"}})",
        ])
    func noLearner(filter: String) async throws {
        let answer = try JSONParser.parse(try await Self.answer(filter))
        #expect(answer["data"] == .null)
        #expect(answer["errors"]?.array?.count == 1)
        #expect(answer["errors"]?.array?.first?["path"] == ["person"])
    }

    @Test("Numbers are answered as they were written, and what is missing is null")
    func spelling() async throws {
        #expect(
            try await Self.answer(#"(filter: {Identifier: {identifier: "1"}})"#)
                == #"{"data":{"person":[{"Name":[{"firstName":"One","rank":1.0}]},"#
                + #"{"Name":[{"firstName":"Three","rank":2e1}]}]}}"#)
    }
}
