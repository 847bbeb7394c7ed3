import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner
@testable import LIFServer

@Suite("What a failing source costs", .timeLimit(.minutes(1)))
struct MissingDataTests {
    @Test("The rest is answered, and LIF-Missing names path, source and reason")
    func missing() async throws {
        let system = TestSystem(["org1": ScriptedOperator(.failure(TestSystem.unreachable))])
        try await TestServer.planner(system) { (server) async throws in
            let answer = try await server.post("/query", Queries.whole)
            #expect(answer.status == 200)
            #expect(
                answer["LIF-Missing"]
                    == #""Person.Name";source=org1;reason=unreachable, "Person.CredentialAward";source=org1;reason=unreachable"#
            )
            #expect(answer.body == #"[{"Person":[{"Name":[{"firstName":"Ada","lastName":"Byron"}]}]}]"#)
        }
    }

    @Test("What is missing of several learners stands in LIF-Missing once")
    func severalLearners() async throws {
        let system = TestSystem(["org1": ScriptedOperator(.failure(TestSystem.unreachable))])
        let learners = ["a", "b", "c"].map(Queries.identifier).joined(separator: ",")
        let body = #"{"filter":{"Person":{"Identifier":[\#(learners)]}},"selected_fields":["Person.Name"]}"#
        try await TestServer.planner(system) { (server) async throws in
            let answer = try await server.post("/query", body)
            #expect(answer["LIF-Missing"] == #""Person.Name";source=org1;reason=unreachable"#)
        }
    }

    @Test(
        "Expired data of a failing source is served within its grace, and marked stale; a source's odd name is quoted")
    func stale() async throws {
        let flaky = ScriptedOperator(TestSystem.step, .failure(TestSystem.unreachable))
        let system = TestSystem(["partner two": flaky])
        try await TestServer.planner(system) { (server) async throws in
            let fresh = try await server.post("/query", Queries.name)
            #expect(fresh["LIF-Missing"] == nil)
            system.time.advance(by: .seconds(61))
            let stale = try await server.post("/query", Queries.name)
            #expect(stale.body == fresh.body)
            #expect(stale["LIF-Missing"] == #""Person.Name";source="partner two";reason=unreachable;stale"#)
            system.time.advance(by: .seconds(3_700))
            let gone = try await server.post("/query", Queries.name)
            #expect(gone["LIF-Missing"] == #""Person.Name";source="partner two";reason=unreachable"#)
        }
    }

    @Test("When no source answers and nothing is cached it is 503, and says which and why")
    func allFail() async throws {
        let failing = ScriptedOperator(.failure(TestSystem.unreachable))
        try await TestServer.planner(TestSystem(["org1": failing, "partner two": failing])) { (server) async throws in
            for headers in [[:], Queries.native] {
                let answer = try await server.post("/query", Queries.name, headers)
                #expect(answer.status == 503 && answer["Retry-After"] == "1")
                let problem = try answer.json()
                #expect(problem["code"] == "SourcesNotAvailable")
                let detail = try #require(problem["detail"]?.string)
                #expect(detail.contains("org1 (unreachable), partner two (unreachable)"))
            }
        }
    }

    @Test(
        "A source is a token in the header where its name is one, and else a string of printable ASCII",
        arguments: [
            ("org2", "org2"), ("Org-2.x/y:z", "Org-2.x/y:z"), ("*any", "*any"), ("2org", #""2org""#), ("", #""""#),
            ("a b", #""a b""#), (#"a"b\c"#, #""a\"b\\c""#), ("a\r\nX: y", #""a??X: y""#), ("Zürich", #""Z?rich""#),
            ("a;b", #""a;b""#), ("a,b", #""a,b""#),
        ])
    func sources(name: String, written: String) {
        let part = AnswerPart(
            learner: 0, ordinal: 0, path: FragmentPath(entity: "Name"), sourceID: name, outcome: .missing,
            failure: Failure(.invalidAnswer, ""))
        #expect(MissingHeader.value([part]) == #""Person.Name";source=\#(written);reason=invalid-answer"#)
    }

    private static func gap(_ source: String, learner: Int = 0) -> AnswerPart {
        AnswerPart(
            learner: learner, ordinal: 0, path: FragmentPath(entity: "Name"), sourceID: source, outcome: .missing,
            failure: Failure(.timeout, ""))
    }

    @Test("The header is bounded; what does not fit is counted once each, and nothing is cut", arguments: [1, 40])
    func bounded(learners: Int) throws {
        let sources = (0..<300).map { "source-\($0)" }
        let gaps = (0..<learners).flatMap { learner in sources.map { Self.gap($0, learner: learner) } }
        let value = try #require(MissingHeader.value(gaps))
        #expect(value.utf8.count <= 4_096 && value.utf8.count > 3_900)
        let members = value.components(separatedBy: ", ")
        let named = sources.map { #""Person.Name";source=\#($0);reason=timeout"# }
        #expect(Array(members.dropLast()) == Array(named.prefix(members.count - 1)))
        #expect(members.last == #""Person";more=\#(300 - (members.count - 1))"#)
    }

    @Test("Members that leave just room enough for the last one stand there, and with a byte more one is counted")
    func exactlyFull() throws {
        func length(_ source: String) -> Int { MissingHeader.value([Self.gap(source)])?.utf8.count ?? 0 }
        // Room for how many more there are is always left.
        let room = MissingHeader.maximumBytes - 40 - length("a") - ", ".utf8.count - length("")
        let whole = String(repeating: "x", count: room + 2)
        #expect(length(whole) == length("") + room)
        #expect(MissingHeader.value([Self.gap("a"), Self.gap(whole)])?.utf8.count == 4_096 - 40)
        #expect(
            MissingHeader.value([Self.gap("a"), Self.gap(whole + "x")])
                == #""Person.Name";source=a;reason=timeout, "Person";more=1"#)
    }

    @Test("One member that is too long is counted too, and one that fits is alone")
    func tooLong() {
        let long = String(repeating: "x", count: 5_000)
        #expect(MissingHeader.value([Self.gap(long)]) == #""Person";more=1"#)
        #expect(
            MissingHeader.value([Self.gap("a"), Self.gap(long), Self.gap("a"), Self.gap("b")])
                == #""Person.Name";source=a;reason=timeout, "Person";more=2"#)
    }

    @Test("Each reason is a token")
    func reasons() {
        for reason in Failure.Reason.allCases {
            let first = reason.rawValue.utf8.first ?? 0
            #expect(first >= UInt8(ascii: "a") && first <= UInt8(ascii: "z"))
            #expect(reason.rawValue.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "-") })
        }
    }
}
