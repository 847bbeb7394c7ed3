import LIFJSON
import LIFModel
import Testing

@testable import LIFOperators

@Suite struct PartnerAnswerTests {
    private func answer(_ text: String) throws -> PartnerAnswer {
        try PartnerAnswer(RawJSON(validating: Array(text.utf8)))
    }

    private func failure(_ text: String) throws -> LIFError {
        let error = #expect(throws: LIFError.self) { try answer(text) }
        return try #require(error)
    }

    @Test(
        "The first person counts",
        arguments: [
            #"{"data":{"person":[{"Name":[]},{"Name":null}]}}"#, #"{"data":{"person":{"Name":[]}}}"#,
            #"{"data":{"person":[null,{"Name":[]}]},"extensions":{}}"#,
            #"{"errors":[],"data":{"person":[{"Name":[]}]}}"#,
            #"{"errors":null,"data":{"person":[{"Name":[]}]}}"#,
        ])
    func person(text: String) throws {
        guard case .person(let person) = try answer(text) else {
            Issue.record("not a person")
            return
        }
        #expect(person.text == #"{"Name":[]}"#)
    }

    @Test(
        "No person is an unknown learner",
        arguments: [
            #"{"data":{"person":[]}}"#, #"{"data":{"person":null}}"#, #"{"data":{"person":[null]}}"#,
        ])
    func unknown(text: String) throws {
        guard case .unknownLearner = try answer(text) else {
            Issue.record("not unknown")
            return
        }
    }

    @Test(
        "An error without a path means that the query was refused",
        arguments: [
            #"{"data":null,"errors":[{"message":"Cannot query field 'x' on type 'Y'.","locations":[]}]}"#,
            #"{"errors":[{"message":"Unknown type 'Int'."}]}"#,
            #"{"data":null,"errors":[{"message":"m","path":null}]}"#,
        ])
    func refused(text: String) throws {
        guard case .refusedQuery = try answer(text) else {
            Issue.record("not refused")
            return
        }
    }

    @Test(
        "A partner's own failure may pass, and its words are not repeated",
        arguments: [
            #"{"data":null,"errors":[{"message":"All connection attempts failed for 100001","path":["person"]}]}"#,
            #"{"data":{"person":[{"Name":null}]},"errors":[{"message":"boom 100001","path":["person",0,"Name"]}]}"#,
        ])
    func failed(text: String) throws {
        let error = try failure(text)
        #expect(error.reason == .sourceError)
        #expect(error.isRetryable)
        #expect(!error.message.contains("100001"))
    }

    @Test(
        "What is not a GraphQL answer is invalid",
        arguments: [
            "{}", "[]", "3", #"{"data":null}"#, #"{"data":"x"}"#, #"{"data":{}}"#, #"{"detail":"x"}"#,
            #"{"data":{"person":["x"]}}"#, #"{"data":{"person":"x"}}"#,
        ])
    func invalid(text: String) throws {
        let error = try failure(text)
        #expect(error.reason == .invalidAnswer)
        #expect(!error.isRetryable)
    }

    @Test("A null where none may be costs the object around it, and the field to blame is found")
    func incomplete() throws {
        let text = """
            {"data":{"person":[{"P":[{"R":{"n":"x"}},{"R":null}]}]},"errors":[
            {"message":"Cannot return null for non-nullable field R.n.","path":["person",0,"P",1,"R","n"]}]}
            """
        guard case .incomplete(let person, let culprits) = try answer(text) else {
            Issue.record("not incomplete")
            return
        }
        #expect(culprits == [["P", "R", "n"]])
        #expect(person?.text == #"{"P":[{"R":{"n":"x"}},{"R":null}]}"#)
    }

    @Test("A null that reached the root still leaves something to ask for")
    func nullRoot() throws {
        let text = """
            {"data":null,"errors":[
            {"message":"Cannot return null for non-nullable field R.n.","path":["person",0,"P",1,"n"]}]}
            """
        guard case .incomplete(nil, let culprits) = try answer(text) else {
            Issue.record("not incomplete")
            return
        }
        #expect(culprits == [["P", "n"]])
    }

    @Test("A value that the schema cannot write is null alone: nothing else is missing")
    func unwritable() throws {
        let text = """
            {"data":{"person":[{"C":[{"state":null,"city":"x"}]}]},"errors":[
            {"message":"Enum 'State' cannot represent value: 'Georgia'","path":["person",0,"C",0,"state"]}]}
            """
        guard case .person = try answer(text) else {
            Issue.record("not a person")
            return
        }
    }

    @Test(
        "An entity that breaks the schema as a whole fails for good",
        arguments: [
            #"["person",0,"P"]"#, #"["person",0,"P",2]"#, #"["person"]"#, #"["person",0]"#,
        ])
    func wholeEntity(path: String) throws {
        let error = try failure(
            #"{"data":null,"errors":[{"message":"Cannot return null for non-nullable field.","path":\#(path)}]}"#)
        #expect(error.reason == .sourceError)
        #expect(!error.isRetryable)
    }
}
