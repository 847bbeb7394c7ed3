import LIFGraphQL
import LIFJSON
import Testing

@Suite("GraphQL execution")
struct GraphQLExecutionTests {
    @Test("Fields come in the order asked, under their aliases, and merge")
    func order() async throws {
        let answer = try await SampleSchema.answer(
            "{ person { n: name age friends { name } ... on Person { friends { f: name } } ...F __typename } } "
                + "fragment F on Person { n: name active }")
        #expect(
            answer
                == #"{"data":{"person":[{"n":"Ünal","age":31,"friends":[{"name":"Bo","f":"Bo"},{"name":"Cy","f":"Cy"}],"#
                + #""active":true,"__typename":"Person"}]}}"#)
    }

    @Test("Numbers keep their spelling, and a scalar of no known kind passes JSON through")
    func spelling() async throws {
        let people = try JSONParser.parse(
            #"[{"name":"a","credits":3.00,"age":7,"nick":1.50,"anything":{"b":[1e2,{"a":null}],"a":-0.0}}]"#)
        let answer = try await SampleSchema.answer("{ person { credits nick anything } }", people: people)
        #expect(
            answer
                == #"{"data":{"person":[{"credits":3.00,"nick":"1.50","anything":{"b":[1e2,{"a":null}],"a":-0.0}}]}}"#)
    }

    @Test("@skip and @include are decided by their values, also in variables")
    func directives() async throws {
        let answer = try await SampleSchema.answer(
            "query($y: Boolean!, $n: Boolean = false) { person { name @skip(if: $y) nick @include(if: $n) "
                + "age @include(if: $y) ... @skip(if: $y) { active } } }", variables: #"{"y":true}"#)
        #expect(answer == #"{"data":{"person":[{"age":31}]}}"#)
    }

    @Test("Arguments get their defaults, a single value becomes a list, enums become strings")
    func arguments() async throws {
        #expect(
            try await SampleSchema.answer(
                "query($k: [Kind!], $gone: Int) { echo(kinds: $k, kind: STUDENT, count: $gone, any: {a: [1.0, B]}) }",
                variables: #"{"k":"TEACHER"}"#)
                == #"{"data":{"echo":{"text":"default","kind":"STUDENT","kinds":["TEACHER"],"any":{"a":[1.0,"B"]}}}}"#)
        #expect(try await SampleSchema.answer("{ strict(id: 5) }") == #"{"data":{"strict":"5"}}"#)
    }

    @Test("Input objects are completed inside, literal or variable")
    func inputObjects() async throws {
        let schema = try SampleSchema.make()
        let executor = GraphQLExecutor(
            schema: schema,
            resolvers: [
                "person": { arguments in
                    throw GraphQLError(RawJSON(.object(arguments)).text)
                }
            ])
        let wanted = #"{"filter":{"Identifier":[{"identifier":"1","kind":"STUDENT"}],"limit":10}}"#
        let literal = await executor.execute(
            GraphQLRequest(query: "{ person(filter: {Identifier: {identifier: \"1\"}}) { name } }"))
        #expect(literal.errors.first?.message == wanted)
        let variable = await executor.execute(
            GraphQLRequest(
                query: "query($i: String!) { person(filter: {Identifier: {identifier: $i}}) { name } }",
                variables: JSONObject([JSONObject.Member(name: "i", value: "1")])))
        #expect(variable.errors.first?.message == wanted)
    }

    @Test("An error of a resolver stands at its field; what is no GraphQL error stays hidden")
    func resolverErrors() async throws {
        #expect(
            try await SampleSchema.answer("{ echo broken }")
                == #"{"data":{"echo":{"text":"default"},"broken":null},"errors":[{"message":"The field could not be "#
                + #"resolved.","locations":[{"line":1,"column":8}],"path":["broken"]}]}"#)
    }

    @Test("A null where none may be takes the nearest nullable parent with it")
    func nonNull() async throws {
        let people = try JSONParser.parse(
            #"[{"name":"a","looseFriends":[{"name":"b"},{"name":null}],"friends":[{"name":"c"},{}],"best":{}}]"#)
        let answer = try await SampleSchema.answer(
            "{ person { looseFriends { name } friends { name } best { name } nick } }", people: people)
        let parsed = try JSONParser.parse(answer)
        #expect(
            RawJSON(parsed["data"] ?? .null).text
                == #"{"person":[{"looseFriends":[{"name":"b"},null],"friends":null,"best":null,"nick":null}]}"#)
        #expect(
            parsed["errors"]?.array?.compactMap { RawJSON($0["path"] ?? .null).text } == [
                #"["person",0,"looseFriends",1,"name"]"#, #"["person",0,"friends",1,"name"]"#,
                #"["person",0,"best","name"]"#,
            ])
        #expect(
            try await SampleSchema.answer("{ person { name } }", people: [["nick": "x"]])
                == #"{"data":null,"errors":[{"message":"Cannot return null for non-nullable field Person.name.","#
                + #""locations":[{"line":1,"column":12}],"path":["person",0,"name"]}]}"#)
    }

    @Test("A value of the wrong kind is an error that does not repeat it")
    func wrongKinds() async throws {
        let people = try JSONParser.parse(
            #"[{"name":"a","age":"secret","active":"secret","kind":"secret","friends":"secret","best":"secret"}]"#)
        let answer = try await SampleSchema.answer(
            "{ person { age active kind friends { name } best { name } } }", people: people)
        let errors = try JSONParser.parse(answer)["errors"]?.array ?? []
        #expect(
            errors.compactMap { $0["message"]?.string } == [
                "Int cannot represent a string.", "Boolean cannot represent a string.",
                "Enum 'Kind' cannot represent value.", "Expected a list for field 'Person.friends'.",
                "Expected an object for field 'Person.best'.",
            ])
        #expect(!answer.contains("secret"))
    }

    @Test("Of several operations the named one runs")
    func operations() async throws {
        let text = "query A { a: __typename } query B { b: __typename }"
        #expect(try await SampleSchema.answer(text, operation: "B") == #"{"data":{"b":"Query"}}"#)
        #expect(
            try await SampleSchema.answer(text, operation: "C")
                == #"{"data":null,"errors":[{"message":"Unknown operation named 'C'."}]}"#)
    }

    @Test("A request's body must have the members of the right types")
    func bodies() throws {
        let request = try GraphQLRequest(
            body: JSONParser.parse(#"{"query":"{a}","variables":{"a":1.0},"operationName":null}"#))
        #expect(
            request
                == GraphQLRequest(query: "{a}", variables: try JSONParser.parse(#"{"a":1.0}"#).object ?? JSONObject()))
        for body in ["[]", "{}", #"{"query":1}"#, #"{"query":"","variables":[]}"#, #"{"query":"","operationName":1}"#] {
            #expect(throws: GraphQLError.self) { try GraphQLRequest(body: try JSONParser.parse(body)) }
        }
    }
}
