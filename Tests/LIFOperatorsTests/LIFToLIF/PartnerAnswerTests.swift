import LIFJSON
import LIFModel
import Testing

@testable import LIFOperators

@Suite struct PartnerAnswerTests {
    private func answer(_ text: String) throws -> PartnerAnswer {
        try PartnerAnswer(RawJSON(validating: Array(text.utf8)), field: "person")
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
            #"{"data":{"person":[{"Name":["first"]}],"person":[{"Name":[]}]}}"#,
            #"{"data":{"other":[{"Name":["other"]}],"person":[{"Name":[]}]}}"#,
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
            #"{"data":{"person":null},"errors":[{"message":"boom 100001","path":["person"]}]}"#,
            #"{"data":{"person":[]},"errors":[{"message":"boom 100001","path":["person"]}]}"#,
            #"{"data":{"person":[null,{"Name":[]}]},"errors":[{"message":"boom 100001","path":["person",0]}]}"#,
            #"{"data":{"person":[null,{"Name":[]}]},"errors":[{"message":"boom 1","path":["person",0,"Name"]}]}"#,
            // It may concern any of the data.
            #"{"data":{"person":[{"Name":[{"n":1}]}]},"errors":[{"message":"boom 100001"}]}"#,
            #"{"data":{"person":[{"Name":[{"n":1}]}]},"errors":{"message":"boom 100001"}}"#,
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
            #"{"data":{"other":[{}]}}"#,
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
        guard case .incomplete(let found) = try answer(text) else {
            Issue.record("not incomplete")
            return
        }
        #expect(found.culprits == [["P", "R", "n"]])
        #expect(found.faults.isEmpty)
        #expect(found.person?.text == #"{"P":[{"R":{"n":"x"}},{"R":null}]}"#)
    }

    @Test("A null that reached the root still leaves something to ask for")
    func nullRoot() throws {
        let text = """
            {"data":null,"errors":[
            {"message":"Cannot return null for non-nullable field R.n.","path":["person",0,"P",1,"n"]}]}
            """
        guard case .incomplete(let found) = try answer(text) else {
            Issue.record("not incomplete")
            return
        }
        #expect(found.person == nil)
        #expect(found.culprits == [["P", "n"]])
    }

    @Test("A value that the schema cannot write is null alone: nothing else is missing")
    func unwritable() throws {
        let text = """
            {"data":{"person":[{"C":[{"state":null,"city":"x"}]}]},"errors":[
            {"message":"Enum 'State' cannot represent value: 'Georgia'","path":["person",0,"C",0,"state"]}]}
            """
        guard case .incomplete(let found) = try answer(text) else {
            Issue.record("not incomplete")
            return
        }
        #expect(found.person != nil && found.culprits.isEmpty && found.faults.isEmpty)
        #expect(found.damaged == ["C"])
    }

    @Test("A person that breaks the schema as a whole fails for good", arguments: [#"["person"]"#, #"["person",0]"#])
    func wholePerson(path: String) throws {
        let error = try failure(
            #"{"data":null,"errors":[{"message":"Cannot return null for non-nullable field.","path":\#(path)}]}"#)
        #expect(error.reason == .sourceError)
        #expect(!error.isRetryable)
    }

    @Test(
        "An entity that cannot be had is its own fault alone",
        arguments: [
            (#"["person",0,"P"]"#, "timeout", EntityFault.failed), (#"["person",0,"P",2]"#, "timeout", .failed),
            (#"["person",0,"P",0,"R","n"]"#, "timeout", .failed), (#"["person",0,"P",1,"n",3]"#, "timeout", .failed),
            (#"["person",0,"P"]"#, "Cannot return null for non-nullable field.", .broken),
            (#"["person",0,"P",0]"#, "Cannot return null for non-nullable field.", .broken),
        ])
    func entity(path: String, message: String, fault: EntityFault) throws {
        for data in [#"{"person":[{"P":null,"Q":[]}]}"#, #"{"person":null}"#, "null"] {
            let text = #"{"data":\#(data),"errors":[{"message":"\#(message)","path":\#(path)}]}"#
            guard case .incomplete(let found) = try answer(text) else {
                Issue.record("not incomplete: \(text)")
                return
            }
            #expect(found.faults == ["P": fault])
            #expect(found.culprits.isEmpty)
        }
    }

    @Test("An error in another person under the same identifier does not matter")
    func otherPerson() throws {
        let text = #"{"data":{"person":[{"P":[]},{"P":null}]},"errors":[{"message":"x","path":["person",1,"P"]}]}"#
        guard case .person = try answer(text) else {
            Issue.record("not a person")
            return
        }
    }

    @Test("Of many errors each field that data is missing for is found, and none else")
    func severalErrors() throws {
        let text = """
            {"data":{"person":[{"P":[null,{"R":{"n":1,"n":null},"Q":null}]}]},"errors":[
            {"message":"Cannot return null for non-nullable field","path":["person",0,"P",0,"R","a"]},
            {"message":"Cannot return null for non-nullable field","path":["person",0,"P",1,"R","n"]},
            {"message":"Cannot return null for non-nullable field","path":["person",0,"P",1,"R","n","deep"]},
            {"message":"Cannot return null for non-nullable field","path":["person",0,"P",1,"Q"]},
            {"message":"Cannot return null for non-nullable field","path":["person",0,"P",7,"x",0]},
            {"message":"Cannot return null for non-nullable field","path":["person",0,"P",1,"S","y"]}]}
            """
        guard case .incomplete(let found) = try answer(text) else {
            Issue.record("not incomplete")
            return
        }
        #expect(found.culprits == [["P", "R", "a"], ["P", "R", "n", "deep"], ["P", "x"], ["P", "S", "y"]])
    }

    @Test("An error at a place deeper than any answer is invalid")
    func deepError() throws {
        let path = #"["person""# + String(repeating: ",0", count: 100_000) + "]"
        let error = try failure(
            #"{"data":{"person":[]},"errors":[{"message":"String cannot represent value","path":\#(path)}]}"#)
        #expect(error.reason == .invalidAnswer)
    }

    private static let manyErrors: String = {
        let indexes = 0..<60_000
        let data = indexes.map { _ in #"{"s":null}"# }.joined(separator: ",")
        let errors = indexes.map { #"{"message":"Enum cannot represent value","path":["person",0,"C",\#($0),"s"]}"# }
        return #"{"data":{"person":[{"C":[\#(data)]}]},"errors":[\#(errors.joined(separator: ","))]}"#
    }()

    @Test("The data is not walked again for each of many errors", .timeLimit(.minutes(1)))
    func manyErrors() throws {
        guard case .incomplete(let found) = try answer(Self.manyErrors) else {
            Issue.record("not incomplete")
            return
        }
        #expect(found.culprits.isEmpty && found.damaged == ["C"])
    }

    @Test("A task that is cancelled does not go through an answer's errors")
    func cancelled() async throws {
        let text = #"{"data":{"person":[]},"errors":[{"message":"x","path":["person"]}]}"#
        let body = try RawJSON(validating: Array(text.utf8))
        let reading = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try PartnerAnswer(body, field: "person")
        }
        await #expect(throws: CancellationError.self) { try await reading.value }
    }
}
