import Foundation
import LIFHTTP
import LIFJSON
import LIFPartner
import Testing

@Suite("A learner query over three organisations, between real processes")
struct QueryTests {
    @Test("A cold query composes one record out of every organisation that knows the learner")
    func cold() async throws {
        let home = try Home()
        let partners = [try await home.partner("org1"), try await home.partner("org2"), try await home.partner("org3")]
        let server = try await home.serve(try home.configuration(partners.map { ($0.id, $0.port) }))

        let answer = try await home.post(server.planner + "/query", Home.query(["100001"]))
        #expect(answer.status == 200)
        #expect(answer.json.array?.count == 1)
        let sources = answer.json.person?["Name"]?.array?.compactMap { $0["informationSourceId"]?.string }
        #expect(sources == ["Org2", "Org3"])
        #expect(answer.response.header("LIF-Missing") == nil)

        let asked = partners.map(\.server.requestCount)
        let warm = try await home.post(server.planner + "/query", Home.query(["100001"]))
        #expect(warm.json == answer.json)
        #expect(partners.map(\.server.requestCount) == asked, "A warm query asks nobody")
        #expect(await server.process.stop() == 0)
        try await home.close(partners)
    }

    @Test("The entries of each entity are the sum over the sources, and refreshes do not add to them")
    func refreshes() async throws {
        let home = try Home()
        let partners = [try await home.partner("org2"), try await home.partner("org3")]
        // Nothing stays fresh, so each query is a refresh.
        let text = try home.configuration(partners.map { ($0.id, $0.port) })
        let file = URL(filePath: text)
        let configuration = try String(contentsOf: file, encoding: .utf8)
            .replacingOccurrences(of: "ttl_hours: 24", with: "ttl_hours: 0.0000003")
        try Data(configuration.utf8).write(to: file)
        let server = try await home.serve(file.path)

        let first = try await home.post(server.planner + "/query", Home.query(["100001"]), headers: Home.native)
        var previous = partners[0].server.requestCount
        for _ in 1...3 {
            let next = try await home.post(server.planner + "/query", Home.query(["100001"]))
            #expect(partners[0].server.requestCount > previous, "Each of these queries fetches again")
            previous = partners[0].server.requestCount
            let record = try #require(first.json["records"]?.array?.first?["Person"]?.array?.first)
            #expect(next.json.person == record)
            for entity in Home.paths {
                let perSource = first.json["parts"]?.array?.filter {
                    $0["fragment_path"] == .string("Person.\(entity)")
                }
                let sum = perSource?.reduce(0) { $0 + ($1["items"]?.number?.int ?? 0) }
                #expect(next.json.person?.count(entity) == sum)
            }
        }
        await server.process.stop()
        try await home.close(partners)
    }

    @Test(
        "A partner that misbehaves costs its own fragments only, and the answer says so",
        arguments: [
            ("status", "source-error"), ("garbage", "invalid-answer"), ("huge", "answer-too-large"),
            ("hang", "timeout"),
            ("down", "unreachable"),
        ])
    func misbehaving(_ fault: String, reason: String) async throws {
        let home = try Home()
        let good = try await home.partner("org2")
        let bad = try await home.partner("org3")
        switch fault {
        case "status": bad.server.setFault(.status(500))
        case "garbage": bad.server.setFault(.garbage)
        case "huge": bad.server.setFault(.huge(bytes: 100 << 20))
        case "hang": bad.server.setFault(.hang)
        default: await bad.stop()
        }
        // Only the one that hangs is to run out of time, however busy the machine is.
        let sources =
            Home.yaml(good.id, port: good.port)
            + Home.yaml(bad.id, port: bad.port, fault == "hang" ? "timeout: 3s" : "")
        let settings = "orchestrator: {port: 0, defaults: {timeout: 12s, retry_backoff: 10ms}}\n"
        let server = try await home.serve(try home.configuration(sources: sources, settings: settings))

        let answer = try await home.post(server.planner + "/query", Home.query(["100001"], fields: ["Person.Name"]))
        #expect(answer.status == 200)
        #expect(answer.json.person?.count("Name") == 1)
        #expect(answer.response.header("LIF-Missing") == "\"Person.Name\";source=org3;reason=\(reason)")

        // What failed was not kept as empty: when the partner is well again, its data comes.
        if fault != "down" {
            bad.server.setFault(nil)
            let well = try await home.post(server.planner + "/query", Home.query(["100001"], fields: ["Person.Name"]))
            #expect(well.json.person?.count("Name") == 2)
            #expect(well.response.header("LIF-Missing") == nil)
        }
        await server.process.stop()
        try await home.close([good, bad])
    }

    @Test("When no source can be reached and nothing is cached, the answer is a 503 that names the sources")
    func nothing() async throws {
        let home = try Home()
        let settings = "orchestrator: {port: 0, defaults: {retries: 0}}\n"
        let server = try await home.serve(try home.configuration([("org2", 1), ("org3", 1)], settings: settings))
        let answer = try await home.post(server.planner + "/query", Home.query(["100001"]))
        #expect(answer.status == 503)
        #expect(answer.json["code"] == "SourcesNotAvailable")
        #expect(answer.json["detail"]?.string?.contains("org2") == true)
        #expect(answer.json["detail"]?.string?.contains("org3") == true)
        await server.process.stop()
        try await home.close()
    }

    @Test("An unknown learner is an empty array for deployed clients and LearnerNotFound for native ones")
    func unknown() async throws {
        let home = try Home()
        let partners = [try await home.partner("org2")]
        let server = try await home.serve(try home.configuration(partners.map { ($0.id, $0.port) }))
        let compatible = try await home.post(server.planner + "/query", Home.query(["999999"]))
        #expect(compatible.status == 200)
        #expect(compatible.json == [])
        let native = try await home.post(server.planner + "/query", Home.query(["999999"]), headers: Home.native)
        #expect(native.status == 404)
        #expect(native.json["code"] == "LearnerNotFound")
        await server.process.stop()
        try await home.close(partners)
    }

    @Test("Identifiers with quotes, slashes and Unicode reach the source as they are; one of 10 KB is refused")
    func identifiers() async throws {
        let home = try Home()
        let partners = [try await home.partner("org2")]
        let server = try await home.serve(try home.configuration(partners.map { ($0.id, $0.port) }))
        for identifier in ["SVU-20250001", "sha256$81fb9410e68f70a9", "a\"b'c\\d/../e?f#g", "学習者-é😀"] {
            let answer = try await home.post(server.planner + "/query", Home.query([identifier]))
            #expect(answer.status == 200)
            #expect(answer.json == [], "\(identifier)")
        }
        let long = try await home.post(server.planner + "/query", Home.query([String(repeating: "x", count: 10_240)]))
        #expect(long.status == 400)
        #expect(long.json["code"] == "QueryNotValid")
        await server.process.stop()
        try await home.close(partners)
    }

    @Test("A deeper field projects the answer and does not narrow what is fetched")
    func projection() async throws {
        let home = try Home()
        let partners = [try await home.partner("org2")]
        let server = try await home.serve(try home.configuration(partners.map { ($0.id, $0.port) }))
        let fields = ["Person.Name", "Person.Name.firstName"]
        let narrow = try await home.post(server.planner + "/query", Home.query(["100001"], fields: fields))
        #expect(narrow.json.person?["Name"]?.array?.first?.object?.names == ["firstName"])
        let asked = partners[0].server.requestCount
        let whole = try await home.post(server.planner + "/query", Home.query(["100001"], fields: ["Person.Name"]))
        #expect((whole.json.person?["Name"]?.array?.first?.object?.count ?? 0) > 1)
        #expect(partners[0].server.requestCount == asked)
        await server.process.stop()
        try await home.close(partners)
    }
}
