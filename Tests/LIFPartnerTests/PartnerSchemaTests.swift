import LIFGraphQL
import LIFJSON
import LIFPartner
import Testing

@Suite("A partner's schema")
struct PartnerSchemaTests {
    /// What a query for every field of every person answers.
    private static func everything(_ records: PartnerRecords, _ schema: PartnerSchema, _ key: String) async throws
        -> JSONValue
    {
        let builder = GraphQLSelectionBuilder(schema: schema.schema)
        let selection = try builder.selection(of: "person", on: "Query").dropFirst("person".count)
        let api = PartnerAPI(records: records, schema: schema)
        let response = await api.answer(
            GraphQLRequest(query: "{ person(filter: {Identifier: {identifier: \"\(key)\"}})\(selection) }"))
        #expect(response.errors.isEmpty)
        return response.data["person"]?.array?.first ?? .null
    }

    /// Whether the answer holds all that the record holds, spelled the same; more members only where they are null.
    private static func holds(_ answer: JSONValue, _ record: JSONValue) -> Bool {
        switch (answer, record) {
        case (.object(let left), .object(let right)):
            right.members.allSatisfy { member in left[member.name].map { holds($0, member.value) } ?? false }
                && left.members.allSatisfy { $0.value.isNull || right[$0.name] != nil }
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { holds($0, $1) }
        default: answer == record
        }
    }

    @Test("Every value of the examples comes back as it was written", arguments: TestData.organisations)
    func losslessExamples(organisation: String) async throws {
        let records = try PartnerRecords(folder: TestData.exampleFolder(organisation))
        let schema = try PartnerSchema(records: records, model: try TestData.exampleModel())
        for person in records.people {
            let key = try #require(person["Identifier"]?.array?.first?["identifier"]?.string)
            let answer = try await Self.everything(records, schema, key)
            #expect(Self.holds(answer, person))
            #expect(answer["Narrative"] == .null)
        }
    }

    @Test(
        "Every value of the public records comes back as it was written",
        .enabled(
            if: TestData.isSharedPresent, "the folder 'shared' with the public test data is not beside the checkout"),
        arguments: TestData.organisations)
    func losslessShared(organisation: String) async throws {
        let records = try PartnerRecords(folder: TestData.sharedFolder(organisation))
        let schema = try PartnerSchema(records: records, model: try PartnerDataModel(file: TestData.sharedModelFile))
        #expect(schema.schema.type("PersonItem")?.field("Interactions") != nil)
        for person in records.people {
            let key = try #require(person["Identifier"]?.array?.first?["identifier"]?.string)
            #expect(Self.holds(try await Self.everything(records, schema, key), person))
        }
    }

    @Test("Data that no one type covers is passed on as JSON")
    func mixedData() async throws {
        let person = #"""
            {"Identifier":[{"identifier":"1"}],
             "Mixed":[{"a":1,"b":[1,"x"],"c":{},"d":[],"e":{"no name":1},"f":[[1.0],[2]],"g":[null,{"h":1}],"i":1},
                      {"a":"x","i":2.50,"j":null,"k":{"K":1},"A":true,"l":12345678901}],
             "scalar":"Org1","with space":1,"many":[1,2.0],"list":["a",null]}
            """#
        let records = try TestData.records(person)
        let schema = try PartnerSchema(records: records)
        let mixed = try #require(schema.schema.type("PersonItemMixedItem"))
        let types = Dictionary(uniqueKeysWithValues: mixed.fields.map { ($0.name, $0.type.description) })
        #expect(
            types == [
                "a": "JSON", "b": "[JSON!]", "c": "JSON", "d": "[JSON!]", "e": "JSON", "f": "[[Float!]!]",
                "g": "[PersonItemMixedItemGItem]", "i": "Float", "j": "JSON", "k": "PersonItemMixedItemK",
                "A": "Boolean", "l": "Float",
            ])
        #expect(schema.schema.type("PersonItem")?.field("many")?.type.description == "[Float!]")
        #expect(schema.schema.type("PersonItem")?.field("list")?.type.description == "[String]")
        let answer = try await Self.everything(records, schema, "1")
        var expected = try #require(try JSONParser.parse(person).object)
        expected["with space"] = nil
        #expect(Self.holds(answer, .object(expected)))
    }

    @Test("Members that differ only in case get types of their own")
    func sameTypeNames() throws {
        let records = try TestData.records(#"{"RefX":{"a":1},"refX":{"b":1},"REFX":{"c":1}}"#)
        let schema = try PartnerSchema(records: records).schema
        let names = schema.type("PersonItem")?.fields.map(\.type.namedType) ?? []
        #expect(names == ["PersonItemRefx", "PersonItemRefx2", "PersonItemRefx3"])
        #expect(schema.type("PersonItemRefx2")?.field("b") != nil)
    }

    @Test("Where there is no data the model decides, with its references and lists")
    func modelOnly() throws {
        let model = try PartnerDataModel(
            openAPI: try JSONParser.parse(
                #"""
                {"components":{"schemas":{
                  "Person":{"type":"array","properties":{
                    "Name":{"type":"array","description":"A name","properties":{"first":{"DataType":"string"},
                            "aliases":{"DataType":"string","Array":"Yes"},"n":{"type":"number"},"i":{"type":"integer"},
                            "b":{"DataType":"boolean"},"x":{}}},
                    "Course":{"$ref":"#/components/schemas/Course"},
                    "Plain":{"type":"array","items":{"type":"object","properties":{"a":{"type":"string"}}}},
                    "Words":{"type":"array","items":{"type":"string"}},
                    "Empty":{"type":"object","properties":{}},
                    "bad name":{"type":"string"}}},
                  "Course":{"type":"object","properties":{"title":{"type":"string"},
                            "next":{"$ref":"#/components/schemas/Course"}}}}}}
                """#))
        let records = try PartnerRecords(records: [])
        let schema = try PartnerSchema(records: records, model: model).schema
        let person = try #require(schema.type("PersonItem"))
        #expect(
            person.fields.map { "\($0.name): \($0.type)" } == [
                "Name: [PersonItemNameItem!]", "Course: PersonItemCourse", "Plain: [PersonItemPlainItem!]",
                "Words: [String!]", "Empty: JSON",
            ])
        #expect(
            schema.type("PersonItemNameItem")?.fields.map(\.type.description) == [
                "String", "[String!]", "Float", "Int", "Boolean", "JSON",
            ])
        #expect(schema.type("PersonItemCourse")?.field("next")?.type.description == "JSON")
        #expect(person.field("Name")?.description == "A name")
    }

    @Test("An empty model and no data make no schema")
    func nothing() throws {
        #expect(throws: PartnerError.self) { try PartnerSchema(records: try PartnerRecords(records: [])) }
        #expect(throws: PartnerError.self) { try PartnerDataModel(openAPI: ["components": ["schemas": [:]]]) }
    }

    @Test("Identifier types are an enum of tokens, when asked for")
    func enumeration() async throws {
        let records = try PartnerRecords(folder: TestData.exampleFolder("org3"))
        let schema = try PartnerSchema(records: records, identifierTypeStyle: .enumeration)
        let values = schema.schema.type("PersonIdentifierType")?.enumValues.map(\.name)
        #expect(values == ["SCHOOL_ASSIGNED_NUMBER", "NORTHLAKE_STUDENT_CARD"])
        let api = PartnerAPI(records: records, schema: schema)
        let query =
            "query Q($t: PersonIdentifierType) { person(filter: {Identifier: {identifier: \"100001\", "
            + "identifierType: $t}}) { Name { firstName } } }"
        let variables = JSONObject([JSONObject.Member(name: "t", value: "SCHOOL_ASSIGNED_NUMBER")])
        let response = await api.answer(GraphQLRequest(query: query, variables: variables))
        #expect(response.data == ["person": [["Name": [["firstName": "Zoë"]]]]])
    }

    @Test("The schema read back from introspection is the same")
    func introspection() async throws {
        let records = try PartnerRecords(folder: TestData.exampleFolder("org2"))
        let schema = try PartnerSchema(records: records, model: try TestData.exampleModel())
        let api = PartnerAPI(records: records, schema: schema)
        let answer = await api.answer(GraphQLRequest(query: IntrospectionQuery.full.text)).raw
        let copy = try GraphQLSchema(introspection: answer.value())
        #expect(copy.types == schema.schema.types)
    }
}
