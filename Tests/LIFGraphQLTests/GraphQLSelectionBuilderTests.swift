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

    @Test("The fields that can be selected are known without writing their selections")
    func selectable() throws {
        let needed = [GraphQLInputValue("x", .nonNull(.named("Int")))]
        func chain(_ length: Int) -> [GraphQLType] {
            (0..<length).map { place in
                .object(
                    "C\(place)",
                    fields: [GraphQLField("c", .named(place + 1 < length ? "C\(place + 1)" : "String"))])
            }
        }
        let root = GraphQLType.object(
            "Q",
            fields: [
                GraphQLField("leaf", .named("String")), GraphQLField("list", .list(.nonNull(.named("A")))),
                GraphQLField("needs", .named("String"), arguments: needed), GraphQLField("union", .named("U")),
                GraphQLField("loop", .named("Loop")), GraphQLField("back", .named("Back")),
                GraphQLField("c0", .named("C0")), GraphQLField("c1", .named("C1")),
                GraphQLField("nothing", .named("Nothing")),
            ])
        let types: [GraphQLType] =
            [
                root, .object("A", fields: [GraphQLField("b", .named("Loop")), GraphQLField("s", .named("String"))]),
                // Only itself, and the way back to where it was asked.
                .object("Loop", fields: [GraphQLField("loop", .named("Loop"))]),
                .object("Back", fields: [GraphQLField("q", .named("Q"))]),
                .object("Nothing", fields: [GraphQLField("needs", .named("String"), arguments: needed)]),
                GraphQLType("U", kind: .union(possibleTypes: ["A"])),
            ] + chain(5)
        let schema = try GraphQLSchema(query: "Q", types: types)
        for depth in 1...6 {
            let builder = GraphQLSelectionBuilder(schema: schema, maximumDepth: depth)
            let written = root.fields.map(\.name).filter { (try? builder.selection(of: $0, on: "Q")) != nil }
            #expect(builder.selectableFields(of: "Q") == written, "depth \(depth)")
        }
        #expect(GraphQLSelectionBuilder(schema: schema).selectableFields(of: "U").isEmpty)
        // One whose selection would be too large is among them.
        let small = GraphQLSelectionBuilder(schema: schema, maximumFields: 2)
        #expect(small.selectableFields(of: "Q") == ["leaf", "list", "c0", "c1"])
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
