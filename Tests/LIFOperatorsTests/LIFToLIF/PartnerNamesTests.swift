import LIFJSON
import LIFModel
import Testing

@testable import LIFOperators

@Suite("Names and enum values of a partner's answer") struct PartnerNamesTests {
    private func restored(_ value: String, _ properties: String, schemas: String = "", of entity: String = "E") throws
        -> String
    {
        let names = PartnerNames(try .made(properties, schemas: schemas))
        return try names.restored(RawJSON(validating: Array(value.utf8)), of: entity).text
    }

    private static let state = #""state":{"type":"string","enum":["Florida","New York","2-year","A_B","A-B"]}"#

    @Test(
        "An enum's name becomes the model's value at any depth and in lists; all else stays as it was written",
        arguments: [
            (#"[{"state":"FLORIDA"}]"#, #"[{"state":"Florida"}]"#),
            (#"{"state":"NEW_YORK","n":1.00e0,"x":"FLORIDA"}"#, #"{"state":"New York","n":1.00e0,"x":"FLORIDA"}"#),
            (#"[{"state":["_2_YEAR","FLORIDA",null,"OTHER"]}]"#, #"[{"state":["2-year","Florida",null,"OTHER"]}]"#),
            (#"[{"in":[{"deep":{"state":"FLORIDA"}}]}]"#, #"[{"in":[{"deep":{"state":"Florida"}}]}]"#),
            (#"[{"State":"FLORIDA"}]"#, #"[{"State":"Florida"}]"#),
            // Exact values, and those of none.
            (
                #"[{"state":"Florida"},{"state":"florida"},{"state":""}]"#,
                #"[{"state":"Florida"},{"state":"florida"},{"state":""}]"#
            ),
            (#"[{"state":"\u0046LORIDA","s":"\u00e9"}]"#, #"[{"state":"Florida","s":"\u00e9"}]"#),
            (
                #"[{"state":"A_B"},{"state":7},{"state":{"state":1}}]"#,
                #"[{"state":"A_B"},{"state":7},{"state":{"state":1}}]"#
            ),
        ])
    func values(written: String, read: String) throws {
        let properties =
            #""E":{"type":"array","properties":{\#(Self.state),"in":{"type":"array","items":{"$ref":"In"}}}}"#
        let schemas = #""In":{"properties":{"deep":{"type":"object","properties":{\#(Self.state)}}}},"#
        #expect(try restored(written, properties, schemas: schemas) == read)
    }

    @Test("Without a configured data model, the enumerations of LIF's own are known")
    func standard() throws {
        let written = #"[{"Address":[{"addressState":"WESTVIRGINIA","addressCity":"X"}],"Email":[]}]"#
        let read = try PartnerNames(.standard).restored(RawJSON(validating: Array(written.utf8)), of: "Contact")
        #expect(read.text == written.replacing("WESTVIRGINIA", with: "WestVirginia"))
    }

    @Test("Names that are taken are numbered in the model's order, as deployed LIF APIs do")
    func numbered() throws {
        let properties = #""E":{"properties":{"v":{"enum":["a-b","a b","c","c",1,true,"A+","A-","A"]}}}"#
        let read = try restored(
            #"[{"v":["A_B","A_B_2","A_B_3","C","C_2","_1","TRUE","A_","A__2","A"]}]"#, properties)
        #expect(read == #"[{"v":["a-b","a b","A_B_3","c","c",1,true,"A+","A-","A"]}]"#)
    }

    @Test("An enum right under Person is read too")
    func scalarEntity() throws {
        #expect(try restored(#""FLORIDA""#, #""E":{"enum":["Florida"]}"#) == #""Florida""#)
    }

    private static let names =
        #""E":{"type":"array","properties":{"iSO639-2LangCode":{"type":"string"},"2nd":{"properties":{"a-b":{}}},"x-y":{},"x.y2":{},"x y":{},"p-q":{},"p_q":{}}}"#

    @Test(
        "A name that GraphQL cannot write becomes the model's at any depth; one of two meanings is left",
        arguments: [
            (#"[{"iSO639_2LangCode":"eng","z":1}]"#, #"[{"iSO639-2LangCode":"eng","z":1}]"#),
            (#"[{"ISO639_2LangCode":"eng"}]"#, #"[{"iSO639-2LangCode":"eng"}]"#),
            (#"[{"_2nd":[{"a_b":1,"c_d":2}]}]"#, #"[{"2nd":[{"a-b":1,"c_d":2}]}]"#),
            (#"[{"x_y":1}]"#, #"[{"x_y":1}]"#),
            (#"[{"p_q":1}]"#, #"[{"p_q":1}]"#),
            (#"[{"iSO639_2LangCode":1,"iSO639-2LangCode":2}]"#, #"[{"iSO639_2LangCode":1,"iSO639-2LangCode":2}]"#),
        ])
    func memberNames(written: String, read: String) throws { #expect(try restored(written, Self.names) == read) }

    @Test("An entity is found by the name that GraphQL can write, the exact one first")
    func entities() throws {
        let names = PartnerNames(.standard)
        #expect(names.entity("A-B", among: ["a_b", "A_B"]) == "A_B")
        #expect(names.entity("Name", among: ["name"]) == "name")
        #expect(names.entity("A-B", among: ["AB"]) == nil)
    }

    @Test("An entity of which the model knows nothing to change is not rewritten")
    func untouched() throws {
        let value = try RawJSON(validating: Array(#"[{"state":"FLORIDA"}]"#.utf8))
        let names = PartnerNames(try .made(#""E":{"properties":{\#(Self.state)}},"F":{"properties":{"state":{}}}"#))
        for entity in ["F", "Unknown"] {
            let kept = try names.restored(value, of: entity)
            #expect(kept.bytes.startIndex == value.bytes.startIndex && kept == value)
        }
    }
}
