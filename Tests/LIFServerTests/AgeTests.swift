import Foundation
import LIFJSON
import LIFTesting
import Testing

@Suite("The age of an answer is that of its oldest data", .timeLimit(.minutes(1)))
struct AgeTests {
    private static let award = #""Person.CredentialAward""#
    private static let name = #""Person.Name""#

    /// So many learners: of more than a page, answers are streamed.
    private static func query(_ fields: String, learners: Int) -> String {
        let identifiers = (1...learners).map { Queries.identifier("\($0)") }.joined(separator: ",")
        return #"{"filter":{"Person":{"Identifier":[\#(identifiers)]}},"selected_fields":[\#(fields)]}"#
    }

    private static func age(_ answer: Connection.Answer) throws -> Int {
        #expect(answer.status == 200)
        return try #require(answer["Age"].flatMap { Int($0) })
    }

    @Test(
        "Of data that was fetched at two times the older counts, whichever path it is of, and in each form of answer",
        arguments: [1, 101], [[name, award], [award, name]])
    func oldest(learners: Int, fields: [String]) async throws {
        let begin = ContinuousClock.now
        let system = TestSystem(time: ManualTime(Date(timeIntervalSinceNow: -45)))
        try await TestServer.planner(system) { (server) async throws in
            _ = try await server.post("/query", Self.query(fields[0], learners: learners))
            system.time.advance(by: .seconds(40))
            // Kept in the store: what was fetched before, and what is fetched now.
            let accepted = try await server.post(
                "/query", Self.query("", learners: learners), Queries.respondAsync)
            let id = try #require(try accepted.json()["query_id"]?.string)
            let ages = [
                try Self.age(try await server.get("/query/\(id)", ["Prefer": "wait=30"])),
                try Self.age(try await server.post("/query", Self.query("", learners: learners))),
                try Self.age(try await server.post("/query", Self.query("", learners: learners))),
                try Self.age(try await server.post("/query", Self.query("", learners: learners), Queries.native)),
            ]
            let passed = Int((ContinuousClock.now - begin) / .seconds(1)) + 1
            #expect(ages.allSatisfy { (45...(45 + passed)).contains($0) }, "\(ages)")
            let newer = try await server.post("/query", Self.query(fields[1], learners: learners))
            // Name is of two sources, and both were fetched at the one time.
            #expect((5...(5 + passed)).contains(try Self.age(newer)))
        }
    }

    @Test("Data from a clock that was ahead has the age 0", arguments: [1, 101])
    func ahead(learners: Int) async throws {
        let system = TestSystem(time: ManualTime(Date(timeIntervalSinceNow: 7_200)))
        try await TestServer.planner(system) { (server) async throws in
            let accepted = try await server.post(
                "/query", Self.query("", learners: learners), Queries.respondAsync)
            let id = try #require(try accepted.json()["query_id"]?.string)
            #expect(try Self.age(try await server.get("/query/\(id)", ["Prefer": "wait=30"])) == 0)
            #expect(try Self.age(try await server.post("/query", Self.query("", learners: learners))) == 0)
            let native = try await server.post("/query", Self.query("", learners: learners), Queries.native)
            #expect(try Self.age(native) == 0)
        }
    }

    @Test("An answer without data has no age")
    func nothing() async throws {
        let unreachable = ScriptedOperator(.failure(TestSystem.unreachable))
        let system = TestSystem(["org1": unreachable, "partner two": unreachable])
        try await TestServer.planner(system) { (server) async throws in
            let answer = try await server.post("/query", Queries.name)
            #expect(answer["Age"] == nil, "\(answer)")
        }
    }
}
