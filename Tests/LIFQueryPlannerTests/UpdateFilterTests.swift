import LIFJSON
import LIFModel
import Testing

@testable import LIFQueryPlanner

/// Whose record an update is to change.
@Suite struct UpdateFilterTests {
    private static let learner = #"{"identifier":"100006","identifierType":"SCHOOL_ASSIGNED_NUMBER"}"#

    private static func filter(_ text: String) throws -> UpdateFilter {
        try UpdateFilter(try JSONParser.parse(text.replacing("@", with: learner)))
    }

    @Test(
        "A filter with a part that names nothing may match anybody, and is refused",
        arguments: [
            #"{}"#, #"[]"#, #"{"Person":null}"#, #"{"Person":{}}"#, #"{"Person":[]}"#, #"{"Person":[{}]}"#,
            #"{"Person":{"Identifier":[@,{}]}}"#, #"{"Person":{"Identifier":[{},@]}}"#,
            #"{"Person":{"Identifier":[@,null]}}"#, #"{"Person":{"Identifier":[@,{"identifier":null}]}}"#,
            #"{"Person":{"Identifier":[@,[]]}}"#, #"{"Person":{"Identifier":@,"Name":[{"firstName":"A"},{}]}}"#,
            #"{"Person":[{"Identifier":@},{}]}"#, #"{"Person":{"Identifier":@,"Contact":{"Email":[[{}]]}}}"#,
            #"{"Person":{"Identifier":@,"Contact":{}}}"#, #"{"Person":{"Identifier":@,"Contact":[]}}"#,
            #"{"Person":{"Identifier":[]}}"#, #"{"Person":{"Identifier":{"identifierType":"T"}}}"#,
            #"{"Person":{"Identifier":[@,{"identifierType":"T","identifier":null}]}}"#,
            #"{"Person":{"Name":{"firstName":null}}}"#, #"{"Course":{"name":"x"}}"#, #"{"name":"x"}"#,
            #"{"Person":{"__typename":"Person"}}"#, #"{"Person":{"Identifier":@},"Course":{}}"#,
        ])
    func namesNothing(filter: String) throws {
        let error = try #require(throws: LIFError.self) { try Self.filter(filter) }
        #expect(error.code == .queryNotValid && error.isShapeError)
        #expect(error.message.contains("names no learner") && !error.message.contains("100006"))
    }

    @Test(
        "A filter with names that the database takes for its own, or two members of one name, is refused",
        arguments: [
            #"{"$comment":"x"}"#, #"{"Person":{"Identifier":@},"$where":"x"}"#, #"{"Person":{"$or":[{"a":1}]}}"#,
            #"{"Person":{"Identifier":[{"identifier":{"$ne":"x"}}]}}"#, #"{"Person":{"Identifier":@},"Person.Name":1}"#,
            #"{"Person":{"Identifier":@,"":1}}"#, #"{"Person":{"Identifier":@,"Name":[[{"$gt":""}]]}}"#,
            #"{"Person":{"Identifier":@},"Person":null}"#, #"{"Person":{"Identifier":@,"Identifier":null}}"#,
        ])
    func names(filter: String) throws {
        let error = try #require(throws: LIFError.self) { try Self.filter(filter) }
        #expect(error.code == .queryNotValid && error.isShapeError)
        #expect(error.message.contains("a member whose name") && !error.message.contains("100006"))
    }

    @Test(
        "A record is the one that was meant when it has an identifier that the filter names, or the filter names none",
        arguments: [
            (#"{"Person":{"Identifier":@}}"#, true, false), (#"{"person":{"identifier":[@]}}"#, true, false),
            (#"{"Person":[{"Identifier":[{"identifier":"1","identifierType":"T"},@]}]}"#, true, false),
            (#"{"Person":{"Identifier":{"identifier":"100006"}}}"#, true, false),
            (#"{"Person":{"Identifier":{"identifier":"100006","identifierType":"T"}}}"#, false, false),
            (
                #"{"Person":{"Identifier":{"identifier":"100006","identifierType":"School-assigned number"}}}"#, true,
                false
            ),
            (#"{"Person":{"Identifier":[{"identifier":["5","100006"],"identifierType":null}]}}"#, true, false),
            (#"{"Person":{"Name":[{"firstName":"A","lastName":null}]}}"#, true, true),
            (#"{"Person":[{"Identifier":@},{"Name":{"firstName":"A"}}]}"#, true, true),
            (#"{"Person":{"Identifier":{"identifier":7}}}"#, true, true),
        ])
    func meant(filter: String, itself: Bool, others: Bool) throws {
        let filter = try Self.filter(filter)
        func mayMean(_ record: String) throws -> Bool {
            let document = try RawJSON(validating: Array(record.replacing("@", with: Self.learner).utf8))
            return filter.mayMean(recordWith: RecordUpdateAnswer(status: 200, document: document).identifiers)
        }
        let other = #"{"identifier":"9","identifierType":"SCHOOL_ASSIGNED_NUMBER"}"#
        #expect(try mayMean(#"{"Person":[{"Identifier":[\#(other),@]}]}"#) == itself)
        #expect(try mayMean(#"{"person":{"Identifier":@}}"#) == itself)
        #expect(try mayMean(#"{"Person":[{"Identifier":[\#(other)]}]}"#) == others)
        #expect(try mayMean(#"{"Person":{"identifier":\#(other)}}"#) == others)
        for nobody in [#"{"Person":[{"Name":[]}]}"#, #"{"Person":[{"Identifier":[]}]}"#, "[]", "5"] {
            #expect(try mayMean(nobody))
        }
    }
}
