import LIFGraphQL
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOperators

@Suite("A partner's answer with data and errors", .timeLimit(.minutes(1))) struct PartialAnswerTests {
    private static let null = "Cannot return null for non-nullable field Human.CredentialAward."

    /// A run at a partner that gives one answer after the other, the last one again and again.
    private func run(_ answers: String..., paths: [String] = ["Name", "CredentialAward"]) async throws -> (
        result: Result<Running, any Error>, queries: [String]
    ) {
        let partner = GraphQLPartner(schema: try .partner(), persons: [:])
        let next = Mutex(0)
        return try await SourceServer.with({ asked in
            if asked.json["query"]?.string?.contains("__schema") == true { return try await partner.answer(asked) }
            let index = next.withLock { next in
                defer { next += 1 }
                return next
            }
            return .json(answers[min(index, answers.count - 1)])
        }) { server in
            let source = server.partner()
            do {
                let run = try await Running.of(source, paths: paths)
                return (.success(run), server.queries.compactMap { $0["query"]?.string })
            } catch {
                return (.failure(error), server.queries.compactMap { $0["query"]?.string })
            }
        }
    }

    private static func answer(_ person: String, _ path: String, _ message: String = "timeout") -> String {
        #"{"data":{"person":\#(person)},"errors":[{"message":"\#(message)","path":\#(path)}]}"#
    }

    @Test(
        "What came is there, and what failed is missing, without another request",
        arguments: [
            (#"null"#, #"["person",0,"CredentialAward"]"#, "timeout"),
            (#"null"#, #"["person",0,"CredentialAward",0]"#, null),
            (#"[{"identifier":"1","result":null}]"#, #"["person",0,"CredentialAward",0,"result"]"#, "timeout"),
            // As gateways and other services write paths.
            (#"null"#, #"["data","person",0,"CredentialAward"]"#, "timeout"),
            (#"null"#, #"["person","0","CredentialAward"]"#, "timeout"),
            (#"null"#, #"["person",0,"credentialAward"]"#, "timeout"),
            // Of what could not be written nothing is left.
            (
                #"[{"identifier":null}]"#, #"["person",0,"CredentialAward",0,"identifier"]"#,
                "Enum cannot represent value: 'x'"
            ),
        ])
    func partly(award: String, path: String, message: String) async throws {
        let person = #"[{"Name":[{"firstName":"A"}],"CredentialAward":\#(award)}]"#
        let (result, queries) = try await run(Self.answer(person, path, message))
        let found = try result.get()
        #expect(found["Name"] == #"[{"firstName":"A"}]"#)
        #expect(found["CredentialAward"] == nil)
        #expect(found.failures == ["CredentialAward": .sourceError])
        #expect(found.report.learnerKnown)
        #expect(queries.count == 1)
    }

    @Test("Where a value could not be written, what is left is data")
    func unwritten() async throws {
        let person = #"[{"CredentialAward":[{"identifier":"1","result":null}]}]"#
        let (result, _) = try await run(
            Self.answer(
                person, #"["person",0,"CredentialAward",0,"result"]"#, "Enum cannot represent value: 'x'"))
        let found = try result.get()
        #expect(found["CredentialAward"] == #"[{"identifier":"1"}]"#)
        #expect(found.failures.isEmpty)
    }

    @Test(
        "An error that may be about anything that was asked for fails all of it",
        arguments: [
            #"{"data":{"person":[{"Name":[{"firstName":"A"}],"CredentialAward":null}]},"errors":[{"message":"x","path":["person",0,"Zzz"]}]}"#,
            #"{"data":{"person":[{"Name":[{"firstName":"A"}],"CredentialAward":null}]},"errors":[{"message":"x"}]}"#,
            #"{"data":{"person":null},"errors":[{"message":"KeyError: 'Name'"}]}"#,
        ])
    func anything(answer: String) async throws {
        let (result, _) = try await run(answer)
        let error = #expect(throws: LIFError.self) { try result.get() }
        #expect(error?.reason == .sourceError)
        #expect(error?.isRetryable == true)
    }

    @Test("An entity that costs the whole person is left out of the next request, and missing")
    func wholePerson() async throws {
        let (result, queries) = try await run(
            Self.answer("null", #"["person",0,"CredentialAward",1]"#, Self.null),
            #"{"data":{"person":[{"Name":[{"firstName":"A"}]}]}}"#)
        let found = try result.get()
        #expect(found["Name"] == #"[{"firstName":"A"}]"#)
        #expect(found.failures == ["CredentialAward": .sourceError])
        #expect(queries.count == 2)
        #expect(queries.last?.contains("CredentialAward") == false)
        #expect(queries.last?.contains("Name") == true)
    }

    @Test(
        "Without any data it is a failure that may pass, and no unknown learner",
        arguments: [
            #"["person"]"#, #"["person",0]"#, #"["person",0,"CredentialAward"]"#, #"["person",0,"Name",0,"firstName"]"#,
        ])
    func nothing(path: String) async throws {
        let (result, queries) = try await run(Self.answer("null", path))
        let error = #expect(throws: LIFError.self) { try result.get() }
        #expect(error?.reason == .sourceError)
        #expect(error?.isRetryable == true)
        #expect(queries.count <= 3)
    }

    @Test("When each entity that was asked for failed, the learner is known all the same")
    func all() async throws {
        let (result, _) = try await run(
            Self.answer(#"[{"Name":null}]"#, #"["person",0,"Name"]"#), paths: ["Name", "Proficiency"])
        let found = try result.get()
        #expect(found.failures == ["Name": .sourceError])
        #expect(found.report.failuresMayPass && found.report.learnerKnown)
    }

    @Test("A field that breaks the schema however it is asked costs its entity alone")
    func hopeless() async throws {
        let person = #"[{"Name":[{"firstName":"A"}],"CredentialAward":[null]}]"#
        let (result, queries) = try await run(
            Self.answer(person, #"["person",0,"CredentialAward",0,"RefCredential","name"]"#, Self.null))
        let found = try result.get()
        #expect(found["Name"] == #"[{"firstName":"A"}]"#)
        #expect(found.failures == ["CredentialAward": .sourceError])
        #expect(queries.count == 2)
    }

    @Test("Requests for fields that break the schema are bounded")
    func bounded() async throws {
        let fields = ["identifier", "result", "RefCredential", "a", "b", "c", "d", "e", "f"]
        let answers = fields.map { field in
            Self.answer(
                #"[{"Name":[{"firstName":"A"}],"CredentialAward":[null]}]"#,
                #"["person",0,"CredentialAward",0,"\#(field)"]"#, Self.null)
        }
        let partner = GraphQLPartner(schema: try .partner(), persons: [:])
        let next = Mutex(0)
        try await SourceServer.with({ asked in
            if asked.json["query"]?.string?.contains("__schema") == true { return try await partner.answer(asked) }
            return .json(
                answers[
                    next.withLock { next in
                        defer { next += 1 }
                        return next
                    }])
        }) { server in
            let found = try await Running.of(server.partner(), paths: ["Name", "CredentialAward"])
            #expect(found["Name"] == #"[{"firstName":"A"}]"#)
            #expect(found.failures == ["CredentialAward": .sourceError])
            #expect(server.queries.count == 6)
        }
    }
}
