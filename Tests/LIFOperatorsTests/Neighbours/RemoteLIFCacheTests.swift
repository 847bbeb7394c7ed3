import Foundation
import LIFHTTP
import LIFJSON
import LIFModel
import LIFNeighbours
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct RemoteLIFCacheTests {
    private static func cache(_ url: String, timeout: Duration = .seconds(5)) -> RemoteLIFCache {
        RemoteLIFCache(
            configuration: LIFCacheConfiguration(baseURL: url, token: Secret("t0k"), timeout: timeout),
            http: OutgoingHTTPClient())
    }

    private static let paths = [FragmentPath(entity: "Name"), FragmentPath(entity: "Contact")]

    private static func record(_ identifier: String, _ rest: String = "") -> String {
        #"{"Person":[{"Identifier":[{"identifier":"\#(identifier)","identifierType":"School-assigned number"}]\#(rest)}]}"#
    }

    @Test("A cache is asked as deployed planners ask it, and its records come")
    func query() async throws {
        let second = LearnerIdentifier.school("SVU-20250001")
        try await SourceServer.with({ _ in
            .json("[\(Self.record("SVU-20250001")),\(Self.record("100001", #","Name":[{"firstName":"Ada"}]"#))]")
        }) { (server) async throws in
            let records = try await Self.cache(server.url + "/").records(of: [.known, second], paths: Self.paths)
            #expect(records.count == 2)
            #expect(records[1].person?["Name"]?.text == #"[{"firstName":"Ada"}]"#)
            #expect(records[0].person?["Name"] == nil)
            let asked = try #require(server.asked.first)
            #expect(asked.method == "POST")
            #expect(asked.target == "/query")
            #expect(asked.header("Authorization") == "Bearer t0k")
            #expect(
                asked.json.text == #"{"filter":{"Person":{"Identifier":["#
                    + #"{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"},"#
                    + #"{"identifier":"SVU-20250001","identifierType":"SCHOOL_ASSIGNED_NUMBER"}]}},"#
                    + #""selected_fields":["Person.Identifier","Person.Name","Person.Contact"]}"#)
        }
    }

    @Test("A check asks for nobody, and says whether the cache answers")
    func check() async throws {
        try await SourceServer.with({ _ in .json("[]") }) { (server) async throws in
            #expect(try await Self.cache(server.url).check() == "answers as a LIF Cache")
            let asked = try #require(server.asked.first)
            #expect(asked.target == "/query" && asked.json.text.contains("lif-sources-check"))
        }
        try await SourceServer.with({ _ in .status(401) }) { (server) async throws in
            let error = await #expect(throws: LIFError.self) { try await Self.cache(server.url).check() }
            #expect(error?.code == .neighbourNotAvailable)
        }
    }

    @Test("Many learners are asked for in several requests")
    func pages() async throws {
        try await SourceServer.with({ asked in
            let names = asked.json["filter"]?["Person"]?["Identifier"]?.elements ?? []
            return .json("[\(names.map { Self.record($0["identifier"]?.string ?? "") }.joined(separator: ","))]")
        }) { (server) async throws in
            let learners = (0..<120).map { LearnerIdentifier.school("\($0)") }
            let records = try await Self.cache(server.url).records(of: learners, paths: Self.paths)
            #expect(records.count == learners.count)
            #expect(server.asked.count == 3)
        }
    }

    @Test("A learner whom the cache does not know has no record", arguments: ["[]", #"[{"Person":[]}]"#])
    func unknown(_ body: String) async throws {
        try await SourceServer.with({ _ in .json(body) }) { (server) async throws in
            #expect(try await Self.cache(server.url).records(of: [.known], paths: Self.paths).isEmpty)
        }
    }

    @Test(
        "The person may stand in an array or not, under either spelling",
        arguments: [
            record("100001"), record("100001").replacing("Person", with: "person"),
            #"{"Person":{"identifier":{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"}}}"#,
        ])
    func spellings(_ record: String) async throws {
        try await SourceServer.with({ _ in .json("[\(record)]") }) { (server) async throws in
            #expect(try await Self.cache(server.url).records(of: [.known], paths: Self.paths).count == 1)
        }
    }

    @Test(
        "An answer of another shape is refused and not taken for empty",
        arguments: [
            "", "{}", "null", "7", #"[7]"#, "[{}]", #"[{"Person":7}]"#, #"[{"Person":[7]}]"#, #"[{"Person":[{},{}]}]"#,
            #"{"Person":[{"Name":[]}]}"#, #"[{"Person":"SECRET"}]"#,
        ])
    func wrongShape(_ body: String) async throws {
        try await SourceServer.with({ _ in .json(body) }) { (server) async throws in
            let error = await #expect(throws: LIFError.self) {
                try await Self.cache(server.url).records(of: [.known], paths: Self.paths)
            }
            #expect(error?.code == .neighbourNotAvailable)
            #expect(error?.message.contains("LIF Cache") == true)
            #expect(error?.message.contains("SECRET") == false)
        }
    }

    @Test(
        "What is no record costs no learner", arguments: ["7", "{}", #"{"Person":7}"#, #"{"Person":[{},{}]}"#])
    func oddRecord(_ odd: String) async throws {
        let (second, third) = (LearnerIdentifier.school("2"), LearnerIdentifier.school("3"))
        for order in [[Self.record("100001"), odd, Self.record("2")], [odd, Self.record("2"), Self.record("100001")]] {
            try await SourceServer.with({ _ in .json("[\(order.joined(separator: ","))]") }) {
                (server) async throws in
                let records = try await Self.cache(server.url).records(
                    of: [.known, second, third], paths: Self.paths)
                #expect(records.count == 2)
            }
        }
    }

    @Test("A cache that fails is named, and its words are not repeated", arguments: [500, 503, 404, 422, 401, 302])
    func fails(_ status: Int) async throws {
        try await SourceServer.with({ _ in .json(#"{"detail":"SECRET"}"#, status: status) }) { (server) async throws in
            let cache = Self.cache(server.url)
            for request in [
                { _ = try await cache.records(of: [.known], paths: Self.paths) },
                { try await cache.save([try fragment("Name", #"{"n":1}"#)], of: .known) },
            ] as [@Sendable () async throws -> Void] {
                let error = await #expect(throws: LIFError.self) { try await request() }
                #expect(error?.code == .neighbourNotAvailable)
                #expect(error?.message.contains("LIF Cache") == true)
                #expect(error?.message.contains("SECRET") == false)
            }
        }
    }

    @Test("A cache that does not run, or does not answer in time, is named")
    func gone() async throws {
        let url = try await SourceServer.with({ _ in .status(200) }) { $0.url }
        let refused = await #expect(throws: LIFError.self) {
            try await Self.cache(url).records(of: [.known], paths: Self.paths)
        }
        #expect(refused?.code == .neighbourNotAvailable)
        #expect(refused?.message.contains("LIF Cache") == true)
        try await SourceServer.with({ _ in
            try await Task.sleep(for: .seconds(600))
            return .status(200)
        }) { (server) async throws in
            let late = await #expect(throws: LIFError.self) {
                try await Self.cache(server.url, timeout: .milliseconds(100)).records(
                    of: [.known], paths: Self.paths)
            }
            #expect(late?.message.contains("in time") == true)
        }
    }

    @Test("Fragments are saved as deployed planners save them")
    func save() async throws {
        try await SourceServer.with({ _ in .json("null") }) { (server) async throws in
            try await Self.cache(server.url).save(
                [try fragment("Name", #"[{"n":1.0}]"#), try fragment("Contact", #"{"c":1}"#)], of: .known)
            let asked = try #require(server.asked.first)
            #expect(asked.target == "/save")
            #expect(
                asked.json.text == #"{"lif_query_filter":{"Person":{"Identifier":["#
                    + #"{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"}]}},"lif_fragments":["#
                    + #"{"fragment_path":"Person.Name","fragment":[{"n":1.0}]},"#
                    + #"{"fragment_path":"Person.Contact","fragment":[{"c":1}]}]}"#)
        }
    }

    @Test("A configuration that is printed does not show its token")
    func secret() {
        let configuration = LIFCacheConfiguration(baseURL: "http://h", token: Secret("t0k"))
        var text = "\(configuration) \(String(reflecting: configuration))"
        dump(configuration, to: &text)
        #expect(!text.contains("t0k"))
    }
}

/// What is written behind the answer, into a cache that appends.
@Suite(.timeLimit(.minutes(1))) struct RemoteLIFCacheWritingTests {
    private static func with(
        _ body: @escaping @Sendable (AppendingCache, RecordCacheWriter, SourceServer) async throws -> Void
    ) async throws {
        let appending = AppendingCache()
        try await SourceServer.with({ appending.answer($0) }) { (server) async throws in
            let cache = RemoteLIFCache(
                configuration: LIFCacheConfiguration(baseURL: server.url), http: OutgoingHTTPClient())
            let writer = RecordCacheWriter(
                RecordReader(cache: cache, organization: nil), catalogue: { SourceCatalogue([]) })
            try await body(appending, writer, server)
        }
    }

    @Test("A refresh does not duplicate entries in a cache that appends")
    func refreshes() async throws {
        try await Self.with { (appending, writer, _) async throws in
            for number in 1...3 {
                writer.write([try fragment("Name", #"[{"n":\#(number)},{"n":0}]"#)], of: .known)
                await writer.flush()
            }
            #expect(appending.counts == [["Name": 2]])
            writer.write([try fragment("Name", #"{"n":9}"#), try fragment("Contact", #"{"c":1}"#)], of: .known)
            await writer.flush()
            #expect(appending.counts == [["Name": 2, "Contact": 1]])
        }
    }

    @Test("What queries fetch of a learner at the same time is written once")
    func oneWriterPerLearner() async throws {
        try await Self.with { (appending, writer, _) async throws in
            await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<30 {
                    group.addTask { writer.write([try fragment("Name", #"{"n":\#(number)}"#)], of: .known) }
                }
            }
            await writer.flush()
            #expect(appending.counts == [["Name": 1]])
        }
    }

    @Test("An unknown learner leaves no record in the cache")
    func noJunk() async throws {
        try await Self.with { (appending, writer, server) async throws in
            writer.write([], of: .known)
            await writer.flush()
            #expect(appending.counts.isEmpty)
            #expect(server.asked.isEmpty)
        }
    }

    @Test("What was written is found again by its learner, whatever the identifier", arguments: hardIdentifiers)
    func identifiers(_ identifier: String) async throws {
        let learner = LearnerIdentifier.school(identifier)
        try await Self.with { (_, writer, server) async throws in
            writer.write([try fragment("Name", #"{"n":1}"#)], of: learner)
            await writer.flush()
            let cache = RemoteLIFCache(
                configuration: LIFCacheConfiguration(baseURL: server.url), http: OutgoingHTTPClient())
            let records = try await cache.records(of: [learner], paths: [FragmentPath(entity: "Name")])
            #expect(records.map { $0.person?["Name"]?.text } == [#"[{"n":1}]"#])
        }
    }
}
