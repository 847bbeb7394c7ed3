import LIFJSON
import LIFModel
import LIFQueryPlanner
import LIFServer
import Synchronization
import Testing

@Suite("POST /update", .timeLimit(.minutes(1)))
struct UpdateRouteTests {
    /// A LIF Cache that answers as it is told, and keeps what it was sent.
    private final class ScriptedCache: RecordUpdates {
        private let sent = Mutex<[[UInt8]]>([])
        private let changes = Mutex<[Set<LearnerIdentifier>?]>([])
        private let result: Result<RecordUpdateAnswer, LIFError>

        init(_ result: Result<RecordUpdateAnswer, LIFError>) { self.result = result }

        convenience init(_ status: Int, _ document: String) throws {
            self.init(
                .success(RecordUpdateAnswer(status: status, document: try RawJSON(validating: Array(document.utf8)))))
        }

        var bodies: [String] { sent.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } }
        var changed: [Set<LearnerIdentifier>?] { changes.withLock { $0 } }
        var updater: RecordUpdater { RecordUpdater(self) { learners in self.changes.withLock { $0.append(learners) } } }

        func update(_ update: RecordUpdate) async throws -> RecordUpdateAnswer {
            sent.withLock { $0.append(update.body) }
            return try result.get()
        }
    }

    private static func update(_ filter: String, _ input: String = #"{"Person":{"Name":[{"firstName":"Ada"}]}}"#)
        -> String
    {
        #"{"updatePerson": {"filter": \#(filter), "input": \#(input)} , "more" : 1.0}"#
    }

    private static let body = update(#"{"person":{"Identifier":[\#(Queries.identifier("100001"))]}}"#)
    private static let record =
        #"{"Person":[{"Identifier":[\#(Queries.identifier("7")),\#(Queries.identifier("100001"))],"Name":[]}]}"#

    @Test("The body goes to the cache as it came, and the record as it is now comes back")
    func passedOn() async throws {
        let cache = try ScriptedCache(200, Self.record)
        try await TestServer.planner(updater: cache.updater) { (server) async throws in
            let answer = try await server.post("/update", Self.body)
            #expect(answer.status == 200 && answer["Content-Type"] == "application/json")
            #expect(answer.body == Self.record)
        }
        #expect(cache.bodies == [Self.body])
        let learners = ["100001", "7"].map {
            LearnerIdentifier(identifier: $0, identifierType: "SCHOOL_ASSIGNED_NUMBER")
        }
        #expect(cache.changed == [Set(learners)])
    }

    @Test("What the cache finds wrong is passed on as it says it, and changes nothing", arguments: [404, 422])
    func refused(status: Int) async throws {
        let cache = try ScriptedCache(status, #"{"detail":"no matching record"}"#)
        try await TestServer.planner(updater: cache.updater) { (server) async throws in
            let answer = try await server.post("/update", Self.body)
            #expect(answer.status == status && answer.body == #"{"detail":"no matching record"}"#)
        }
        #expect(cache.changed.isEmpty)
    }

    @Test(
        "When nobody knows whether it was made, what is kept of the learner is not used, and no one is asked to repeat it"
    )
    func unknown() async throws {
        let cache = ScriptedCache(
            .failure(LIFError(.neighbourNotAvailable, "The update may have been made.", blame: .source, isFinal: true)))
        try await TestServer.planner(updater: cache.updater) { (server) async throws in
            let answer = try await server.post("/update", Self.body)
            #expect(answer.status == 503 && answer["Retry-After"] == nil)
            #expect(try answer.json()["detail"] == "The update may have been made.")
        }
        #expect(cache.bodies.count == 1)
        #expect(cache.changed == [nil], "as whom else the learner is known nobody has said")
    }

    @Test(
        "What is no update, or would change whichever record comes first, does not reach the cache",
        arguments: [
            ("{", 400, "not JSON"), ("[]", 422, "updatePerson"), ("{}", 422, "updatePerson"),
            (#"{"updatePerson":[]}"#, 422, "updatePerson"),
            (#"{"updatePerson":{"input":{}}}"#, 422, "updatePerson.filter"),
            (#"{"updatePerson":{"filter":{"Person":{}}}}"#, 422, "updatePerson.input"),
            (update("{}"), 422, "names no learner"), (update(#"{"Person":{}}"#), 422, "names no learner"),
            (update(#"{"Person":{"Identifier":[{"identifier":null}],"Name":{}}}"#), 422, "names no learner"),
            (update(#"{"Person":{"Identifier":[\#(Queries.identifier("1")),{}]}}"#), 422, "names no learner"),
            (update(#"{"$comment":"x"}"#), 422, "begins with"),
            (update(#"{"Person":{"Name":"\#(String(repeating: "S3CR3T", count: 200))"}}"#), 413, "1000 bytes"),
        ])
    func notPassedOn(body: String, status: Int, detail: String) async throws {
        let cache = try ScriptedCache(200, Self.record)
        var listener = ListenerConfiguration(port: 0)
        listener.maximumBodyBytes = 1_000
        try await TestServer.planner(TestSystem(), listener, updater: cache.updater) { (server) async throws in
            let answer = try await server.post("/update", body)
            #expect(answer.status == status, "\(answer.body)")
            #expect(try answer.json()["detail"]?.string?.contains(detail) == true, "\(answer.body)")
            #expect(!answer.body.contains("S3CR3T"))
        }
        #expect(cache.bodies.isEmpty && cache.changed.isEmpty)
    }

    @Test("Another learner's record is not given to the sender, who learns that it may have been changed")
    func otherRecord() async throws {
        let cache = try ScriptedCache(
            200, #"{"Person":[{"Identifier":[\#(Queries.identifier("7"))],"Name":[{"firstName":"S3CR3T"}]}]}"#)
        try await TestServer.planner(updater: cache.updater) { (server) async throws in
            let answer = try await server.post("/update", Self.body)
            #expect(answer.status == 503 && answer["Retry-After"] == nil)
            #expect(try answer.json()["code"] == "NeighbourNotAvailable")
            #expect(try answer.json()["detail"]?.string?.contains("may have been made to another record") == true)
            #expect(!answer.body.contains("S3CR3T"))
        }
        #expect(cache.changed == [nil])
    }

    @Test("When nothing says whose record was changed, it may be anybody's", arguments: [200, 404])
    func anybody(status: Int) async throws {
        let cache = try ScriptedCache(status, #"{"Person":[{"Name":[{"firstName":"Ada"}]}]}"#)
        try await TestServer.planner(updater: cache.updater) { (server) async throws in
            let answer = try await server.post("/update", Self.update(#"{"Person":{"Name":[{"firstName":"Ada"}]}}"#))
            #expect(answer.status == status && answer.body.contains("Ada"))
        }
        #expect(cache.changed == [nil])
    }

    @Test("It asks for the planner's token")
    func token() async throws {
        let cache = try ScriptedCache(200, Self.record)
        var listener = ListenerConfiguration(port: 0)
        listener.token = "t0k"
        try await TestServer.planner(TestSystem(), listener, updater: cache.updater) { (server) async throws in
            #expect(try await server.post("/update", Self.body).status == 401)
            #expect(try await server.post("/update", Self.body, ["Authorization": "Bearer t0k"]).status == 200)
        }
        #expect(cache.bodies.count == 1)
    }
}
