import LIFGraphQL
import LIFJSON
import Testing

@Suite("Selection of whole fields")
struct GraphQLSelectionBuilderTests {
    @Test("Every leaf is selected, and a type open on the path is not entered again")
    func recursive() throws {
        let builder = GraphQLSelectionBuilder(schema: try SampleSchema.make())
        #expect(
            try builder.selection(of: "person", on: "Query")
                == "person { name nick credits age active anything kind }")
        #expect(try builder.selection(of: "name", on: "Person") == "name")
    }

    @Test("Fields that need an argument, abstract types and empty objects are left out; depth is cut")
    func leftOut() throws {
        let schema = try GraphQLSchema(
            query: "Q",
            types: [
                .object(
                    "Q",
                    fields: [
                        GraphQLField("a", .list(.named("A"))),
                        GraphQLField("onlyAbstract", .named("OnlyAbstract")),
                    ]),
                .object(
                    "A",
                    fields: [
                        GraphQLField("leaf", .named("String")),
                        GraphQLField(
                            "needs", .named("String"), arguments: [GraphQLInputValue("x", .nonNull(.named("Int")))]),
                        GraphQLField(
                            "may", .named("String"),
                            arguments: [GraphQLInputValue("x", .nonNull(.named("Int")), defaultValue: "1")]),
                        GraphQLField("union", .named("U")),
                        GraphQLField("b", .named("B")),
                        GraphQLField("onlyAbstract", .named("OnlyAbstract")),
                    ]),
                .object("B", fields: [GraphQLField("a", .named("A")), GraphQLField("c", .named("C"))]),
                .object("C", fields: [GraphQLField("leaf", .named("String")), GraphQLField("b", .named("B"))]),
                .object("OnlyAbstract", fields: [GraphQLField("union", .named("U"))]),
                GraphQLType("U", kind: .union(possibleTypes: ["A"])),
            ])
        let builder = GraphQLSelectionBuilder(schema: schema)
        #expect(try builder.selection(of: "a", on: "Q") == "a { leaf may b { c { leaf } } }")
        let shallow = GraphQLSelectionBuilder(schema: schema, maximumDepth: 2)
        #expect(try shallow.selection(of: "a", on: "Q") == "a { leaf may }")
        #expect(throws: GraphQLError("Nothing can be selected of field 'onlyAbstract' on type 'Q'.")) {
            try builder.selection(of: "onlyAbstract", on: "Q")
        }
        #expect(throws: GraphQLError.self) { try builder.selection(of: "a", on: "Gone") }
        #expect(throws: GraphQLError.self) { try builder.selection(of: "gone", on: "Q") }
    }

    @Test("A schema that would multiply without end is refused")
    func explosion() throws {
        let names = (0..<12).map { "T\($0)" }
        var types = names.map { name in
            GraphQLType.object(
                name, fields: names.map { GraphQLField("f\($0)", .named($0)) } + [GraphQLField("x", .named("String"))])
        }
        types.append(.object("Q", fields: [GraphQLField("t", .named("T0"))]))
        let builder = GraphQLSelectionBuilder(schema: try GraphQLSchema(query: "Q", types: types))
        #expect(throws: GraphQLError("The selection of the whole field would have more than 10000 fields.")) {
            try builder.selection(of: "t", on: "Q")
        }
    }

    @Test("The types of arguments and input fields can be looked up")
    func inputs() throws {
        let schema = try SampleSchema.make()
        let filter = try #require(schema.queryType?.field("person")?.argument("filter"))
        let input = try #require(schema.type(of: filter.type))
        let identifier = try #require(input.inputField("Identifier"))
        #expect(identifier.type.isList && identifier.type.description == "[IdentifierFilter!]")
        let element = try #require(schema.type(of: identifier.type))
        #expect(
            schema.type(of: try #require(element.inputField("kind")).type)?.enumValues.map(\.name) == [
                "STUDENT", "TEACHER",
            ])
        #expect(schema.type("Person")?.field(matching: "Name")?.name == "name")
        #expect(schema.type("Person")?.field(matching: "NAME") == nil)
    }
}
