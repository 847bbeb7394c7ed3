import LIFGraphQL
import Testing

@Suite("GraphQL validation")
struct GraphQLValidationTests {
    @Test(
        "One fault gives one error, in graphql-core's words",
        arguments: [
            ("{ persn { name } }", "Cannot query field 'persn' on type 'Query'. Did you mean 'person'?"),
            ("{ person { nam nick } }", "Cannot query field 'nam' on type 'Person'. Did you mean 'name'?"),
            ("{ person { zzzzzz } }", "Cannot query field 'zzzzzz' on type 'Person'."),
            (
                "{ person { name { x } } }",
                "Field 'name' must not have a selection since type 'String!' has no subfields."
            ),
            (
                "{ person }",
                "Field 'person' of type '[Person!]!' must have a selection of subfields. Did you mean 'person { ... }'?"
            ),
            ("{ echo(txt: \"a\") }", "Unknown argument 'txt' on field 'Query.echo'. Did you mean 'text'?"),
            ("{ echo(text: 5) }", "String cannot represent a non string value."),
            ("{ echo(count: 1.5) }", "Int cannot represent non 32-bit signed integer value."),
            ("{ echo(count: 3000000000) }", "Int cannot represent non 32-bit signed integer value."),
            (
                "{ echo(kind: STUDNT) }",
                "Value 'STUDNT' does not exist in 'Kind' enum. Did you mean the enum value 'STUDENT'?"
            ),
            ("{ echo(kind: \"STUDENT\") }", "Enum 'Kind' cannot represent non-enum value."),
            ("{ strict }", "Field 'strict' argument 'id' of type 'ID!' is required, but it was not provided."),
            ("{ strict(id: null) }", "Expected value of type 'ID!', found null."),
            ("{ person(filter: 1) { name } }", "Expected value of type 'Filter', found a number."),
            (
                "{ person(filter: {Identifier: {}}) { name } }",
                "Field 'IdentifierFilter.identifier' of required type 'String!' was not provided."
            ),
            (
                "{ person(filter: {identifier: null}) { name } }",
                "Field 'identifier' is not defined by type 'Filter'. Did you mean 'Identifier'?"
            ),
            ("{ echo(text: \"a\", text: \"b\") }", "There can be only one argument named 'text'."),
            ("{ person { ...F } }", "Unknown fragment 'F'."),
            ("{ echo } fragment F on Person { name }", "Fragment 'F' is never used."),
            ("{ person { ...F } } fragment F on Persn { name }", "Unknown type 'Persn'. Did you mean 'Person'?"),
            (
                "{ person { ...F } } fragment F on Kind { name }",
                "Fragment 'F' cannot condition on non composite type 'Kind'."
            ),
            (
                "{ person { ... on Query { echo } } }",
                "Fragment cannot be spread here as objects of type 'Person' can never be of type 'Query'."
            ),
            (
                "{ person { ...F } } fragment F on Person { best { ...F } }",
                "Cannot spread fragment 'F' within itself."
            ),
            (
                "{ person { ...F } } fragment F on Person { best { ...G } } fragment G on Person { ...F }",
                "Cannot spread fragment 'F' within itself via 'G'."
            ),
            ("{ echo(text: $t) }", "Variable '$t' is not defined."),
            ("query Q { echo(text: $t) }", "Variable '$t' is not defined by operation 'Q'."),
            ("query Q($t: String) { echo }", "Variable '$t' is never used in operation 'Q'."),
            ("query Q($t: Strin) { echo(text: $t) }", "Unknown type 'Strin'. Did you mean 'String'?"),
            ("query Q($t: Person) { echo(text: $t) }", "Variable '$t' cannot be non-input type 'Person'."),
            (
                "query Q($t: Int) { echo(text: $t) }",
                "Variable '$t' of type 'Int' used in position expecting type 'String'."
            ),
            ("query Q($t: ID) { strict(id: $t) }", "Variable '$t' of type 'ID' used in position expecting type 'ID!'."),
            ("query Q($t: String, $t: String) { echo(text: $t) }", "There can be only one variable named '$t'."),
            ("{ echo } query Q { echo }", "This anonymous operation must be the only defined operation."),
            ("query Q { echo } query R { echo }", "Must provide operation name if query contains multiple operations."),
            ("query Q { echo } query Q { echo }", "There can be only one operation named 'Q'."),
            ("{ echo @foo }", "Unknown directive '@foo'."),
            ("query @skip(if: true) { echo }", "Directive '@skip' may not be used on query."),
            (
                "{ echo @skip }",
                "Directive '@skip' argument 'if' of type 'Boolean!' is required, but it was not provided."
            ),
            (
                "{ echo @skip(if: true) @skip(if: true) }",
                "The directive '@skip' can only be used once at this location."
            ),
            (
                "{ person { a: name a: nick } }",
                "Fields 'a' conflict because 'name' and 'nick' are different fields. Use different aliases on the fields "
                    + "to fetch both if this was intentional."
            ),
            (
                "{ echo(text: \"a\") echo(text: \"b\") }",
                "Fields 'echo' conflict because they have differing arguments. Use different aliases on the fields to "
                    + "fetch both if this was intentional."
            ),
            ("mutation { echo }", "Only queries are supported here, not mutations."),
            ("subscription { echo }", "Only queries are supported here, not subscriptions."),
            ("fragment F on Query { echo }", "Fragment 'F' is never used."),
        ])
    func oneError(query: String, message: String) async throws {
        #expect(try await SampleSchema.complaint(query) == message)
    }

    @Test(
        "Variables are checked against their types, and their values are not repeated",
        arguments: [
            (
                "query($f: Filter) { person(filter: $f) { name } }", #"{"f":4711}"#,
                "Variable '$f' got invalid value; Expected type 'Filter' to be an object."
            ),
            (
                "query($f: Filter) { person(filter: $f) { name } }", #"{"f":{"Identifier":[{"identifier":4711}]}}"#,
                "Variable '$f' got invalid value at 'f.Identifier[0].identifier'; "
                    + "String cannot represent a non string value."
            ),
            (
                "query($f: Filter) { person(filter: $f) { name } }", #"{"f":{"Identifier":[null]}}"#,
                "Variable '$f' got invalid value at 'f.Identifier[0]'; "
                    + "Expected non-nullable type 'IdentifierFilter!' not to be null."
            ),
            ("query($i: ID!) { strict(id: $i) }", "{}", "Variable '$i' of required type 'ID!' was not provided."),
            (
                "query($i: ID!) { strict(id: $i) }", #"{"i":null}"#,
                "Variable '$i' of non-null type 'ID!' must not be null."
            ),
            (
                "query($k: Kind) { echo(kind: $k) }", #"{"k":"4711"}"#,
                "Variable '$k' got invalid value; The value does not exist in 'Kind' enum."
            ),
        ])
    func variables(query: String, variables: String, message: String) async throws {
        #expect(try await SampleSchema.complaint(query, variables: variables) == message)
    }

    @Test("Validation stops after the limit of errors and says so")
    func manyErrors() throws {
        let query = "{" + (0..<300).map { "unknown\($0) " }.joined() + "}"
        let errors = GraphQLValidator.validate(try GraphQLDocument(parsing: query), schema: try SampleSchema.make())
        #expect(errors.count == 101)
        #expect(errors.last?.message == "Too many validation errors, error limit reached. Validation aborted.")
    }

    @Test("A variable in a fragment counts for each operation that reaches it")
    func variablesThroughFragments() throws {
        let document = try GraphQLDocument(
            parsing: "query A($t: String) { ...F } query B { ...F } fragment F on Query { echo(text: $t) }")
        let errors = GraphQLValidator.validate(document, schema: try SampleSchema.make())
        #expect(errors.map(\.message) == ["Variable '$t' is not defined by operation 'B'."])
    }
}
