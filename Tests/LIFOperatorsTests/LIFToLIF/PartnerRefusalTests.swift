import LIFJSON
import Testing

@testable import LIFOperators

@Suite("Why a partner refuses a query") struct PartnerRefusalTests {
    /// The lines 2 to 13 of a query.
    private static let words = "Name { firstName level } Contact { level Email { level } } Nick".split(separator: " ")
        .map(String.init)

    private func refusal(_ errors: String...) throws -> PartnerRefusal {
        PartnerRefusal(try errors.map { try RawJSON(validating: Array($0.utf8)) }, words: Self.words)
    }

    @Test(
        "The field is that at the error's location",
        arguments: [
            (
                #"{"message":"Cannot query field 'firstName' on type 'X'.","locations":[{"line":4,"column":1}]}"#,
                ["Name", "firstName"]
            ),
            (
                #"{"message":"Field `level` doesn't exist on type `Y`","locations":[{"line":12,"column":1}]}"#,
                ["Contact", "Email", "level"]
            ),
            (#"{"message":"no such thing","locations":[{"line":9,"column":1}]}"#, ["Contact", "level"]),
            (
                #"{"message":"Cannot query field \"Nick\" on type \"Person\". Did you mean \"Name\"?","locations":[{"line":15}]}"#,
                ["Nick"]
            ),
        ])
    func located(error: String, path: [String]) throws { #expect(try refusal(error).fields == [path]) }

    @Test(
        "Without a location it is the one of that name, in what the type is named after",
        arguments: [
            (#"{"message":"Cannot query field 'firstName' on type 'PersonItemNameItem'."}"#, [["Name", "firstName"]]),
            (
                #"{"message":"Cannot query field 'level' on type 'Person_Contact_Email'."}"#,
                [["Contact", "Email", "level"]]
            ),
            (
                #"{"message":"Validation error: Field 'level' in type 'ContactItem' is undefined"}"#,
                [["Contact", "level"]]
            ),
            (#"{"message":"Cannot query field 'Contact' on type 'Person'."}"#, [["Contact"]]),
            (
                #"{"message":"Cannot query field 'level' on type 'T7'."}"#,
                [["Contact", "Email", "level"], ["Contact", "level"], ["Name", "level"]]
            ),
        ])
    func named(error: String, paths: [[String]]) throws { #expect(try refusal(error).fields == Set(paths)) }

    @Test(
        "What names no field of the query says nothing about one",
        arguments: [
            #"{"message":"Variable '$identifierType' of type 'String!' used in position expecting type 'IdType'.","locations":[{"line":1}]}"#,
            #"{"message":"Unknown type 'Int'."}"#, #"{"message":"It's broken"}"#, "{}", "7",
            #"{"message":"KeyError: 'Name'"}"#, #"{"message":"Internal error in resolver \"Contact\""}"#,
            #"{"message":"Not authorized to read field 'Nick'"}"#,
            #"{"message":"Cannot query field 'person' on type 'Query'.","locations":[{"line":1,"column":2},{"line":99}]}"#,
        ])
    func others(error: String) throws {
        let found = try refusal(error)
        #expect(found.fields.isEmpty)
        #expect(found.isAboutVariables == error.contains("identifierType"))
    }

    @Test("A field that was asked for under an alias is found by either name")
    func alias() throws {
        let error = #"{"message":"Cannot query field 'name' on type 'Person'.""#
        for rest in ["}", #","locations":[{"line":2}]}"#] {
            let refusal = PartnerRefusal(
                [try RawJSON(validating: Array((error + rest).utf8))], words: ["Name: name", "{", "x", "}"])
            #expect(refusal.fields == [["Name"]])
        }
    }

    @Test("All errors of an answer count, and a field that needs a selection is an object")
    func several() throws {
        let found = try refusal(
            #"{"message":"Cannot query field 'firstName' on type 'X'.","locations":[{"line":4}]}"#,
            #"{"message":"Field 'Nick' of type '[N!]' must have a selection of subfields. Did you mean 'Nick { ... }'?","locations":[{"line":15}]}"#
        )
        #expect(found.fields == [["Name", "firstName"], ["Nick"]])
        #expect(found.objects == [["Nick"]])
    }
}
