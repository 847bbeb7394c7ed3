import Foundation
import LIFHTTP
import LIFIdentities
import LIFJSON
import LIFModel
import LIFNeighbours
import LIFTesting
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct RemoteIdentityMapperTests {
    private static let source = InformationSource(
        id: "s", adapterID: "adapter", timeToLive: .seconds(60), fragmentPaths: [], identity: .skip)

    private static func learner(_ person: String) -> LearnerIdentifier {
        LearnerIdentifier(identifier: person, identifierType: "ID")
    }

    /// What a mapper of an organisation says about the person in the path.
    private static func reply(_ asked: SourceServer.Asked, organization: String = "org", _ identifier: String? = nil)
        -> SourceServer.Reply
    {
        let person = asked.target.split(separator: "/")[3].removingPercentEncoding ?? ""
        let mapping = IdentityMapping(
            id: "m", organization: organization, person: person, systemID: "s",
            target: learner(identifier ?? "of " + person))
        return .json([mapping].json)
    }

    private let copies = MemoryIdentityCopies()
    private let time = ManualTime()

    private func mapper(
        _ server: SourceServer, timeout: Duration = .seconds(30), staleWhenDown: Duration = .seconds(1_000)
    ) -> RemoteIdentityMapper {
        RemoteIdentityMapper(
            configuration: IdentityMapperConfiguration(
                baseURL: server.url, token: Secret("t0k"), organization: "org", timeToLive: .seconds(100),
                staleWhenDown: staleWhenDown, timeout: timeout),
            copies: copies, http: OutgoingHTTPClient(), now: { [time] in time.now })
    }

    private func look(_ mapper: RemoteIdentityMapper, _ persons: String...) async throws -> [String?] {
        try await mapper.identities(of: persons.map(Self.learner), at: [Self.source]).map { $0["s"]?.identifier }
    }

    private static let lookups = IdentityLookupConformance { mappings in
        let copies = MemoryIdentityCopies()
        let organization = IdentityLookupConformance.organization
        let byPerson = Dictionary(grouping: mappings) { Array($0.person.utf8) }.map { key, mappings in
            IdentityCopy(person: String(decoding: key, as: UTF8.self), fetchedAt: Date(), mappings: mappings)
        }
        let asked = mappings.map(\.person) + ["b"]
        try await copies.keep(
            byPerson
                + asked.filter { person in !mappings.contains { $0.isNamed(person) } }.map {
                    IdentityCopy(person: $0, fetchedAt: Date(), mappings: [])
                }, in: organization, from: "http://127.0.0.1:1")
        return RemoteIdentityMapper(
            configuration: IdentityMapperConfiguration(baseURL: "http://127.0.0.1:1", organization: organization),
            copies: copies, http: OutgoingHTTPClient())
    }

    @Test("A look-up over copies keeps its contract without the mapper", arguments: lookups.checks)
    func looksUp(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test("Each person is asked about once with our credential, and what the mapper says is used until it expires")
    func copiesAreUsed() async throws {
        try await SourceServer.with({ Self.reply($0) }) { [self] (server) async throws in
            let mapper = mapper(server)
            #expect(try await look(mapper, "a/b?", "é") == ["of a/b?", "of é"])
            let asked = try #require(server.asked.first { $0.target.contains("%3F") })
            #expect(asked.method == "GET" && asked.target == "/organizations/org/persons/a%2Fb%3F/mappings")
            #expect(asked.header("Authorization") == "Bearer t0k")
            time.advance(by: .seconds(99))
            // Another process's copies are as good.
            #expect(try await look(self.mapper(server), "é", "a/b?") == ["of é", "of a/b?"])
            #expect(server.asked.count == 2)
            time.advance(by: .seconds(2))
            #expect(try await look(mapper, "é") == ["of é"])
            #expect(server.asked.count == 3)
        }
    }

    @Test("A person whom the mapper does not know has no mapping, which is kept too")
    func unknown() async throws {
        try await SourceServer.with({ _ in .json("[]") }) { [self] (server) async throws in
            #expect(try await look(mapper(server), "a") == [nil])
            #expect(try await look(mapper(server), "a") == [nil])
            #expect(server.asked.count == 1)
            #expect(try await look(mapper(server), ".", "..") == [nil, nil])
            #expect(server.asked.count == 1)
        }
    }

    @Test("A 404 is a wrong address or organization, and not a person without mappings")
    func wrongAddress() async throws {
        try await SourceServer.with({ _ in .status(404) }) { [self] (server) async throws in
            let error = try await failure { _ = try await look(mapper(server), "4711") }
            #expect(!error.isRetryable)
            #expect(error.message.contains("404") && error.message.contains("organization"))
            #expect(error.message.contains("address"))
            // Nothing of it is kept.
            _ = try await failure { _ = try await look(mapper(server), "4711") }
            #expect(server.asked.count == 2)
        }
    }

    @Test("When the mapper is down expired copies are used within the grace, and it is not asked about each")
    func stale() async throws {
        let isDown = Mutex(false)
        try await SourceServer.with({ isDown.withLock { $0 } ? .status(503) : Self.reply($0) }) {
            [self] (server) async throws in
            let mapper = mapper(server)
            let persons = (0..<200).map { "p\($0)" }.map(Self.learner)
            _ = try await mapper.identities(of: persons, at: [Self.source])
            #expect(server.asked.count == 200)
            isDown.withLock { $0 = true }
            time.advance(by: .seconds(1_000))
            let found = try await mapper.identities(of: persons, at: [Self.source])
            #expect(found.map { $0["s"]?.identifier } == persons.map { "of \($0.identifier)" })
            #expect(server.asked.count <= 200 + 16)
            let count = server.asked.count
            // Of whom there is no copy, the mapper is asked, and its absence is told.
            let error = try await failure { _ = try await look(mapper, "p1", "new") }
            #expect(error.message == "The Identity Mapper is not available: it answered with HTTP 503.")
            #expect(server.asked.count == count + 1)
            isDown.withLock { $0 = false }
            time.advance(by: .seconds(11))
            #expect(try await look(mapper, "p1") == ["of p1"])
            #expect(server.asked.count == count + 2)
            isDown.withLock { $0 = true }
            time.advance(by: .seconds(90))
            // Now the copies of the others are older than time to live and grace.
            #expect(try await look(mapper, "p1") == ["of p1"])
            _ = try await failure { _ = try await look(mapper, "p2") }
        }
    }

    private func failure(_ work: () async throws -> Void) async throws -> LIFError {
        let error = try #require(await #expect(throws: LIFError.self) { try await work() })
        #expect(error.code == .neighbourNotAvailable && error.blame == .source)
        #expect(error.message.hasPrefix("The Identity Mapper is not available: ") && !error.message.contains("4711"))
        return error
    }

    @Test("A mapper that does not answer in time, and one that is not there, are distinguished")
    func silent() async throws {
        let gate = Gate()
        try await SourceServer.with({ asked in
            try await gate.wait()
            return Self.reply(asked)
        }) { [self] (server) async throws in
            let error = try await failure { _ = try await look(mapper(server, timeout: .milliseconds(50)), "4711") }
            #expect(error.message.hasSuffix("it did not answer in time."))
            gate.open()
        }
        let nowhere = RemoteIdentityMapper(
            configuration: IdentityMapperConfiguration(baseURL: "http://127.0.0.1:1", organization: "org"),
            copies: copies, http: OutgoingHTTPClient())
        #expect(try await failure { _ = try await look(nowhere, "4711") }.message.contains("no connection"))
    }

    @Test(
        "What is no answer of an Identity Mapper is reported, and no copy covers it up",
        arguments: [
            (401, "[]"), (403, "[]"), (404, "[]"), (302, "[]"), (400, "[]"), (204, ""), (200, "<html>"), (200, "{}"),
            (200, "[5]"),
            (200, #"[{"target_system_id":"s"}]"#),
            (
                200,
                #"[{"lif_organization_person_id":"other","target_system_id":"s","target_system_person_id_type":"ID","#
                    + #""target_system_person_id":"1"}]"#
            ),
        ])
    func wrong(status: Int, body: String) async throws {
        let isWrong = Mutex(false)
        try await SourceServer.with({ asked in
            isWrong.withLock { $0 } ? .json(body, status: status) : Self.reply(asked)
        }) { [self] (server) async throws in
            let mapper = mapper(server)
            #expect(try await look(mapper, "4711") == ["of 4711"])
            isWrong.withLock { $0 = true }
            time.advance(by: .seconds(101))
            #expect(try await failure { _ = try await look(mapper, "4711") }.isRetryable == false)
            isWrong.withLock { $0 = false }
            #expect(try await look(mapper, "4711") == ["of 4711"])
        }
    }

    @Test("Of many learners at most sixteen are asked about at the same time, and all are answered in their order")
    func bounded() async throws {
        let state = Mutex((now: 0, most: 0))
        try await SourceServer.with({ asked in
            state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            try await Task.sleep(for: .milliseconds(2))
            state.withLock { $0.now -= 1 }
            return Self.reply(asked)
        }) { [self] (server) async throws in
            let persons = (0..<300).map { "p\($0)" }
            let found = try await mapper(server).identities(of: persons.map(Self.learner), at: [Self.source])
            #expect(found.map { $0["s"]?.identifier } == persons.map { "of " + $0 })
            #expect(server.asked.count == 300)
        }
        #expect(state.withLock { $0.most } <= 16)
    }

    @Test("Queries that want the same learner at the same time ask once; one that leaves takes nothing from the others")
    func oneFlight() async throws {
        let gate = Gate()
        try await SourceServer.with({ asked in
            try await gate.wait()
            return Self.reply(asked)
        }) { [self] (server) async throws in
            let mapper = mapper(server)
            try await withThrowingTaskGroup(of: [String?].self) { group in
                for _ in 0..<20 { group.addTask { try await look(mapper, "a") } }
                let leaving = Task { try await look(mapper, "a") }
                try await eventually("the mapper is asked") { !server.asked.isEmpty }
                leaving.cancel()
                gate.open()
                for try await found in group { #expect(found == ["of a"]) }
                await #expect(throws: (any Error).self) { _ = try await leaving.value }
            }
            #expect(server.asked.count == 1)
        }
    }

    @Test("A query leaves at once, also where others go on waiting for the same learner")
    func leavesAtOnce() async throws {
        let gate = Gate()
        try await SourceServer.with({ asked in
            try await gate.wait()
            return Self.reply(asked)
        }) { [self] (server) async throws in
            let mapper = mapper(server)
            let staying = Task { try await look(mapper, "a") }
            try await eventually("the mapper is asked") { !server.asked.isEmpty }
            let leaving = Task { try await look(mapper, "b", "a") }
            try await eventually("the mapper is asked about the other learner") { server.asked.count == 2 }
            leaving.cancel()
            // The mapper has not answered yet, and will not before this is over.
            await #expect(throws: CancellationError.self) {
                _ = try await within("the end of the one that left") { try await leaving.value }
            }
            #expect(!gate.isOpen)
            gate.open()
            #expect(try await staying.value == ["of a"])
        }
    }

    @Test("The last query that leaves cancels the request, and the next one asks anew")
    func abandoned() async throws {
        let (left, gate) = (Gate(), Gate())
        try await SourceServer.with({ asked in
            if !left.isOpen { try await gate.wait() }
            return Self.reply(asked)
        }) { [self] (server) async throws in
            let mapper = mapper(server)
            let leaving = Task { try await look(mapper, "a") }
            try await eventually("the mapper is asked") { !server.asked.isEmpty }
            left.open()
            leaving.cancel()
            await #expect(throws: CancellationError.self) { _ = try await leaving.value }
            #expect(try await look(mapper, "a") == ["of a"])
            gate.open()
        }
    }

    @Test("A changed mapping and copies that have expired are reported once")
    func changes() async throws {
        let identifier = Mutex("1")
        try await SourceServer.with({ Self.reply($0, identifier.withLock { $0 }) }) { [self] (server) async throws in
            let mapper = mapper(server)
            _ = try await mapper.hasChanged()
            #expect(try await look(mapper, "a") == ["1"])
            #expect(try await !mapper.hasChanged())
            time.advance(by: .seconds(105))
            #expect(try await !mapper.hasChanged())
            time.advance(by: .seconds(6))
            #expect(try await mapper.hasChanged())
            #expect(try await !mapper.hasChanged())
            #expect(try await look(mapper, "a") == ["1"])
            #expect(try await !mapper.hasChanged())
            identifier.withLock { $0 = "2" }
            time.advance(by: .seconds(101))
            #expect(try await look(mapper, "a") == ["2"])
            #expect(try await mapper.hasChanged())
            #expect(try await !mapper.hasChanged())
        }
    }

    @Test("Copies that nobody may use any more are removed")
    func old() async throws {
        try await SourceServer.with({ Self.reply($0) }) { [self] (server) async throws in
            let mapper = mapper(server)
            _ = try await look(mapper, "a")
            time.advance(by: .seconds(3_000))
            _ = try await look(mapper, "b")
            time.advance(by: .seconds(1_000))
            _ = try await look(mapper, "c")
            let left = try await copies.copies(of: ["a", "b", "c"], in: "org", from: server.url)
            #expect(left.map { $0 != nil } == [false, true, true])
        }
    }

    @Test("Of two mappings for spellings of one type the one that is written as the query's is used, in any order")
    func spellings() async throws {
        let spellings = ["School-assigned number", "SCHOOL_ASSIGNED_NUMBER"]
        for order in [spellings, spellings.reversed()] {
            // A deployed mapper takes any text for an id.
            let mappings = order.map { type in
                #"{"mapping_id":"no id of ours: \#(type)","lif_organization_id":"org","lif_organization_person_id":"a","#
                    + #""target_system_id":"s","target_system_person_id_type":"\#(type)","#
                    + #""target_system_person_id":"of \#(type)"}"#
            }
            try await SourceServer.with({ _ in .json("[\(mappings.joined(separator: ","))]") }) {
                [self] (server) async throws in
                let learners = (spellings + ["school assigned number"]).map {
                    LearnerIdentifier(identifier: "a", identifierType: $0)
                }
                let found = try await mapper(server).identities(of: learners, at: [Self.source])
                #expect(found.map { $0["s"]?.identifier } == (spellings + [spellings[1]]).map { "of \($0)" })
                #expect(found.map { $0["s"]?.identifierType } == spellings + [spellings[1]])
            }
        }
    }

    /// Answers as a deployed mapper does: what is percent-encoded is decoded before the route is looked for, and a mapping
    /// of each person is there whom a path can name.
    private static func decoding(_ asked: SourceServer.Asked, knows: (String) -> Bool) -> SourceServer.Reply {
        let path = asked.target.removingPercentEncoding ?? ""
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        guard segments.first == "organizations", segments.count > 4, segments[2] == "persons", segments[4] == "mappings"
        else { return .json(#"{"detail":"Not Found"}"#, status: 404) }
        if segments.count == 6 { return .json(#"{"detail":"Method Not Allowed"}"#, status: 405) }
        guard segments.count == 5 else { return .json(#"{"detail":"Not Found"}"#, status: 404) }
        let person = segments[3]
        if !knows(person) { return .json("[]") }
        let mapping = IdentityMapping(
            id: "m", organization: segments[1], person: person, systemID: "s", target: learner("of " + person))
        return .json([mapping].json)
    }

    @Test(
        "A person whom no path of a deployed mapper can name has no mapping, which is no failure and is kept",
        arguments: ["a/b", "/", "a/", "//", "https://id.example/4711", "x/mappings", "mappings/", "../a", "a/../b"])
    func slashes(person: String) async throws {
        try await SourceServer.with({ Self.decoding($0) { $0 != "lif-route-check" } }) { [self] (server) async throws in
            let mapper = mapper(server)
            #expect(try await look(mapper, person, "4711") == [nil, "of 4711"])
            let segments = server.asked.map { $0.target.split(separator: "/", omittingEmptySubsequences: false) }
            #expect(segments.allSatisfy { $0.count == 6 })
            #expect(segments.contains { $0[4].removingPercentEncoding == person })
            let count = server.asked.count
            #expect(try await look(mapper, person) == [nil])
            #expect(server.asked.count == count)
        }
    }

    @Test(
        "Every other person is named by one segment of the path, whatever stands in the identifier",
        arguments: [
            "?", "a?b=c", "#", "a#b", "%", "%2F", "50%25", "a b", " ", "é", "e\u{301}", "李", "a;b", "a&b+c", ".a",
            "...",
        ])
    func segments(person: String) async throws {
        try await SourceServer.with({ Self.decoding($0) { _ in true } }) { [self] (server) async throws in
            #expect(try await look(mapper(server), person) == ["of " + person])
            #expect(server.asked.count == 1)
        }
    }

    @Test(
        "A wrong address is reported for a person with a slash too, and nothing of it is kept",
        arguments: [404, 405, 400, 301])
    func wrongAddressWithSlash(status: Int) async throws {
        let isWrong = Mutex(true)
        try await SourceServer.with({ asked in
            isWrong.withLock { $0 }
                ? .json(#"{"detail":"Not Found"}"#, status: status) : Self.decoding(asked) { _ in true }
        }) { [self] (server) async throws in
            let error = try await failure { _ = try await look(mapper(server), "4711/1") }
            #expect(!error.isRetryable && error.message.contains("HTTP \(status)"))
            isWrong.withLock { $0 = false }
            #expect(try await look(mapper(server), "4711/1") == [nil])
        }
    }

    @Test(
        "A proxy that reads an identifier as a path of its own leads to no one else's mapping", arguments: [200, 307])
    func proxies(status: Int) async throws {
        try await SourceServer.with({ asked in
            // As one that resolves "a/../b" before it passes the request on.
            if !asked.target.contains("%2F") { return Self.decoding(asked) { _ in true } }
            if status != 200 { return .status(status) }
            let mapping = IdentityMapping(
                id: "m", organization: "org", person: "b", systemID: "s", target: Self.learner("of b"))
            return .json([mapping].json)
        }) { [self] (server) async throws in
            #expect(try await look(mapper(server), "a/../b", "b") == [nil, "of b"])
        }
    }

    @Test("A mapper that is down is down for a person with a slash too")
    func downWithSlash() async throws {
        try await SourceServer.with({ asked in
            .json(#"{"detail":"Not Found"}"#, status: asked.target.contains("%2F") ? 404 : 503)
        }) { [self] (server) async throws in
            #expect(try await failure { _ = try await look(mapper(server), "4711/1") }.isRetryable)
        }
    }

    @Test("Neither the configuration nor an error shows the token")
    func token() {
        let configuration = IdentityMapperConfiguration(baseURL: "http://m", token: Secret("t0k"), organization: "org")
        #expect(!"\(configuration)".contains("t0k") && !String(reflecting: configuration).contains("t0k"))
    }
}

extension IdentityMapping {
    fileprivate func isNamed(_ person: String) -> Bool { self.person.utf8.elementsEqual(person.utf8) }
}
