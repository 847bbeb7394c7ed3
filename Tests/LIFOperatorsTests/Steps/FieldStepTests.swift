import LIFJSON
import LIFModel
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite struct FieldStepTests {
    private static let part = QueryPlanPart(
        informationSourceID: "s", adapterID: "a", learner: .known, fragmentPaths: [])

    /// Gives each fragment as text: `Name=[…]`.
    private func process(_ step: any PipelineStep, _ members: [(String, String)]) async throws -> [String] {
        let fragments = try members.map { entity, text in
            Fragment(
                path: FragmentPath(entity: entity),
                content: try #require(FragmentContent(member: RawJSON(validating: Array(text.utf8)))))
        }
        return try await step.process(fragments, of: Self.part, context: OperatorContext()).map {
            #expect($0.content.count == $0.content.items.elements.count)
            return "\($0.path.entity)=\($0.content.items.text)"
        }
    }

    private func fields(_ texts: String...) throws -> [FieldPath] {
        try texts.map { try #require(FieldPath(parsing: $0)) }
    }

    private static let contact =
        #"[{"Email":[{"address":"a","n":1.50},{"address":"b"}],"phone":"1"},{"Email":[{"address":"c"}]}]"#

    @Test("Fields are removed at any depth through arrays, and the rest stays to the byte")
    func remove() async throws {
        let step = RemoveFields(try fields("Person.Contact.Email.address"))
        #expect(
            try await process(step, [("Contact", Self.contact), ("Name", #"[{"x":"\u0041"}]"#)])
                == [#"Contact=[{"Email":[{"n":1.50}],"phone":"1"}]"#, #"Name=[{"x":"\u0041"}]"#])
        #expect(step.name == "remove")
    }

    @Test("What becomes empty by a removal goes, and what was empty before stays")
    func removeEmpty() async throws {
        let step = RemoveFields(try fields("Person.Contact.Email"))
        #expect(
            try await process(step, [("Contact", #"[{"Email":1},{"Email":2,"a":{},"b":[]},{}]"#)])
                == [#"Contact=[{"a":{},"b":[]},{}]"#])
        #expect(try await process(step, [("Contact", #"[{"Email":1},{"Email":2}]"#)]) == [])
    }

    @Test("A whole fragment can be removed", arguments: ["Person.Contact", "person.contact", "$.Person.Contact"])
    func removeFragment(path: String) async throws {
        let step = RemoveFields([try #require(FieldPath(parsing: path))])
        #expect(try await process(step, [("Contact", Self.contact), ("Name", "[{\"a\":1}]")]) == ["Name=[{\"a\":1}]"])
    }

    @Test("The exact name is meant first, then the one that differs in its first letter")
    func names() async throws {
        let step = RemoveFields(try fields("Person.Contact.identifier"))
        #expect(
            try await process(step, [("Contact", #"[{"Identifier":1,"identifier":2,"iDentifier":3}]"#)])
                == [#"Contact=[{"Identifier":1,"iDentifier":3}]"#])
        #expect(try await process(step, [("Contact", #"[{"Identifier":1,"a":2}]"#)]) == [#"Contact=[{"a":2}]"#])
    }

    @Test("Every member of a name is removed, also where a name stands twice")
    func twice() async throws {
        let step = RemoveFields(try fields("Person.Contact.x"))
        #expect(try await process(step, [("Contact", #"[{"x":1,"y":2,"x":3}]"#)]) == [#"Contact=[{"y":2}]"#])
    }

    @Test("Two spellings of one path both count")
    func twoSpellings() async throws {
        let step = RemoveFields(try fields("Person.Contact.email.a", "Person.Contact.Email.b"))
        #expect(
            try await process(step, [("Contact", #"[{"Email":{"a":1,"b":2,"c":3}}]"#)]) == [
                #"Contact=[{"Email":{"c":3}}]"#
            ])
    }

    @Test("A path that goes deeper than the data changes nothing")
    func deeper() async throws {
        let data = [("Contact", #"[{"Email":"x"}]"#), ("score", "4.0")]
        let paths = try fields("Person.Contact.Email.address.x", "Person.score.x")
        #expect(try await process(RemoveFields(paths), data) == [#"Contact=[{"Email":"x"}]"#, "score=[4.0]"])
        #expect(try await process(MaskFields(paths), data) == [#"Contact=[{"Email":"x"}]"#, "score=[4.0]"])
    }

    @Test("Only the named fields of the named fragments are kept; other fragments stay")
    func keep() async throws {
        let step = KeepFields(try fields("Person.Contact.Email.n", "Person.Contact.phone"))
        #expect(
            try await process(step, [("Contact", Self.contact), ("Name", "[{\"a\":1}]")])
                == [#"Contact=[{"Email":[{"n":1.50}],"phone":"1"}]"#, "Name=[{\"a\":1}]"])
        #expect(step.name == "keep")
    }

    @Test("A fragment of which nothing is kept goes; one named whole stays")
    func keepEdges() async throws {
        let step = KeepFields(try fields("Person.Contact.none", "Person.Name", "Person.Score.x"))
        #expect(
            try await process(step, [("Contact", Self.contact), ("Name", "[{\"a\":1}]"), ("Score", "1")])
                == ["Name=[{\"a\":1}]"])
    }

    @Test("Values are replaced by a text, whatever they are, and keep their shape")
    func mask() async throws {
        let step = MaskFields(try fields("Person.Identifier.identifier", "Person.Identifier.more"), text: "-")
        #expect(
            try await process(
                step,
                [
                    (
                        "Identifier",
                        #"[{"identifier":"1","t":"X"},{"identifier":2,"more":{"a":[1,null],"b":true}},{"identifier":null}]"#
                    )
                ])
                == [
                    #"Identifier=[{"identifier":"-","t":"X"},{"identifier":"-","more":{"a":["-",null],"b":"-"}},{"identifier":null}]"#
                ])
        #expect(step.name == "mask")
    }

    @Test("A scalar under Person is masked and stays one")
    func maskScalar() async throws {
        let step = MaskFields(try fields("Person.nickname"))
        let content = try #require(FragmentContent(member: RawJSON(.string("Ada"))))
        let fragment = Fragment(path: FragmentPath(entity: "nickname"), content: content)
        let masked = try await step.process([fragment], of: Self.part, context: OperatorContext())
        #expect(masked.first?.content.items.text == #"["•••"]"#)
        #expect(masked.first?.content.isScalar == true)
    }

    @Test("The deepest data that is let in is walked")
    func deep() async throws {
        let depth = 250
        let text =
            String(repeating: #"{"a":["#, count: depth / 2) + #"{"x":1,"y":2}"#
            + String(repeating: "]}", count: depth / 2)
        let path = "Person.Contact" + String(repeating: ".a", count: depth / 2) + ".x"
        let paths = [try #require(FieldPath(parsing: path))]
        #expect(try await process(RemoveFields(paths), [("Contact", text)]).first?.contains(#"{"y":2}"#) == true)
        #expect(try await process(KeepFields(paths), [("Contact", text)]).first?.contains(#"{"x":1}"#) == true)
        #expect(
            try await process(MaskFields(paths), [("Contact", text)]).first?.contains(#"{"x":"•••","y":2}"#) == true)
    }
}
