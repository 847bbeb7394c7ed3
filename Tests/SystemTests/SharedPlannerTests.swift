import Foundation
import LIFHTTP
import LIFJSON
import Testing

@Suite("Several planners share a store")
struct SharedPlannerTests {
    private static let async = [(name: "Prefer", value: "respond-async")]

    /// The id of a query that goes on.
    private func promised(_ home: Home, _ url: String, _ learners: [String]) async throws -> String {
        let answer = try await home.post(url + "/query", Home.query(learners), headers: Self.async)
        #expect(answer.status == 202)
        return try #require(answer.json["query_id"]?.string)
    }

    private func untilLanded(_ count: Int, of query: String, at url: String, _ home: Home) async throws {
        try await eventually("\(count) parts have landed") {
            let status = try await home.get(url + "/query/\(query)/status")
            return status.json["progress"]?["landed"]?.number?.int == count
        }
    }

    @Test("A query of a planner that was killed is completed by another, without fetching again what had landed")
    func takeOver() async throws {
        try await Home.during { home in
            let quick = try await home.source()
            let slow = try await home.source(isHolding: true)
            let file = try home.configuration(
                sources: quick.yaml("quick") + slow.yaml("slow", "timeout: 60s"))
            let first = try await home.serve(file)
            let second = try await home.serve(file)
            let query = try await promised(home, first.planner, ["100001"])
            // The other one tells how far it is while the first works.
            try await untilLanded(1, of: query, at: second.planner, home)
            #expect(try await home.get(second.planner + "/query/\(query)/status").json["status"] == "PARTIAL")
            async let waited = home.get(second.planner + "/query/\(query)", headers: [("Prefer", "wait=25")])
            await first.process.killHard()
            try await eventually("the survivor asks the source that had not answered") { slow.count >= 2 }
            slow.release()
            let result = try await waited
            #expect(result.status == 200)
            #expect(result.json["records"]?.array?.first?["Person"]?.array?.first?.count("Name") == 2)
            #expect(quick.count == 1, "What had landed was not fetched again")
            #expect(await second.process.stop() == 0)
        }
    }

    @Test("Events of a query go on at another planner, after the last one seen")
    func events() async throws {
        try await Home.during { home in
            let quick = try await home.source()
            let slow = try await home.source(isHolding: true)
            let file = try home.configuration(
                sources: quick.yaml("quick") + slow.yaml("slow", "timeout: 60s"))
            let first = try await home.serve(file)
            let second = try await home.serve(file)
            let query = try await promised(home, first.planner, ["100001"])
            var seen: [String] = []
            try await home.events(at: first.planner + "/query/\(query)/events") { name, data in
                seen.append("\(name) \(data["information_source_id"]?.string ?? "")")
                #expect(data["fragments"]?.array?.first?["fragment"]?.array?.count == 1)
                return false
            }
            #expect(seen == ["part quick"])
            slow.release()
            try await home.events(at: second.planner + "/query/\(query)/events", after: 1) { name, data in
                seen.append("\(name) \(data["information_source_id"]?.string ?? data["status"]?.string ?? "")")
                return true
            }
            #expect(seen == ["part quick", "part slow", "end COMPLETED"])
        }
    }

    @Test("What one planner has fetched, another answers from the store; what one forgets, no other answers")
    func cache() async throws {
        try await Home.during { home in
            let source = try await home.changingSource(#"{"name":[{"firstName":"before"}]}"#)
            let file = try home.configuration(sources: source.yaml("hr"))
            let servers = [try await home.serve(file), try await home.serve(file)]
            func names(_ server: Home.Server) async throws -> [String?]? {
                let answer = try await home.post(server.planner + "/query", Home.query(["100001"]))
                return answer.json.person?["Name"]?.array?.map { $0["firstName"]?.string }
            }
            for server in servers + servers {
                #expect(try await names(server) == ["before"])
                // It is written after the answer. A third process sees when.
                try await eventually("it is in the store") {
                    let explained = try await LIFProcess.run(
                        ["explain", "--config", file, "--learner", "SCHOOL_ASSIGNED_NUMBER:100001"],
                        folder: home.folder)
                    return explained.output.contains("query plan: nothing to fetch")
                }
            }
            #expect(source.count == 1)
            source.answer(#"{"name":[{"firstName":"after"}]}"#)
            let forgotten = try await LIFProcess.run(
                ["forget", "SCHOOL_ASSIGNED_NUMBER:100001", "--config", file], folder: home.folder)
            #expect(forgotten.code == 0, "\(forgotten.errors)")
            for server in servers {
                try await eventually("it is asked for anew") { try await names(server) == ["after"] }
            }
            // The second planner may ask before the first one's data is in the store.
            #expect(source.count <= 3)
        }
    }

    @Test("What was on its way while a learner was forgotten answers its client, and is not kept")
    func forgottenMeanwhile() async throws {
        try await Home.during { home in
            let source = try await home.source(isHolding: true)
            let file = try home.configuration(sources: source.yaml("hr"))
            let server = try await home.serve(file)
            async let first = home.post(server.planner + "/query", Home.query(["100001"]))
            try await eventually("the source is asked") { source.count == 1 }
            let forgotten = try await LIFProcess.run(
                ["forget", "SCHOOL_ASSIGNED_NUMBER:100001", "--config", file], folder: home.folder)
            #expect(forgotten.code == 0, "\(forgotten.errors)")
            source.release()
            #expect(try await first.status == 200)
            // It stops when all that it keeps is in the store.
            #expect(await server.process.stop() == 0)
            let again = try await home.serve(file)
            #expect(try await home.post(again.planner + "/query", Home.query(["100001"])).status == 200)
            #expect(source.count == 2, "Nothing was kept of the first fetch")
            await again.process.stop()
            _ = try await home.post(try await home.serve(file).planner + "/query", Home.query(["100001"]))
            #expect(source.count == 2, "What was fetched since is kept")
        }
    }

    @Test("A query of many learners is completed by another planner when its own is killed")
    func manyLearners() async throws {
        try await Home.during { home in
            let source = try await home.source(delay: 5...40)
            let file = try home.configuration(sources: source.yaml("hr", "max_concurrency: 16"))
            let first = try await home.serve(file)
            let second = try await home.serve(file)
            let learners = (0..<400).map { "2\($0)" }
            let query = try await promised(home, first.planner, learners)
            try await eventually("some have landed") { source.count > 40 }
            await first.process.killHard()
            var result = try await home.get(second.planner + "/query/\(query)", headers: [("Prefer", "wait=25")])
            while result.status == 202 {
                result = try await home.get(second.planner + "/query/\(query)", headers: [("Prefer", "wait=25")])
            }
            #expect(result.status == 200)
            let records = result.json["records"]?.array ?? []
            #expect(records.count == 400)
            #expect(records.allSatisfy { $0["Person"]?.array?.first?.count("Name") == 1 })
            // At least once: what was on its way when it was killed.
            #expect(source.counts.values.filter { $0 > 1 }.count <= 16 + 100)
        }
    }

    @Test("A backup of a live store, restored, has the learner's data and the answers of asynchronous queries")
    func backup() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let file = try home.configuration(sources: source.yaml("hr"))
            let server = try await home.serve(file)
            let query = try await promised(home, server.planner, ["100001"])
            _ = try await home.get(server.planner + "/query/\(query)", headers: [("Prefer", "wait=25")])
            let backup = home.folder.appending(path: "backup.sqlite").path
            let made = try await LIFProcess.run(["backup", backup, "--config", file], folder: home.folder)
            #expect(made.code == 0, "\(made.errors)")
            let early = try await LIFProcess.run(["restore", backup, "--config", file], folder: home.folder)
            #expect(early.code == 1, "A server runs on the folder")
            #expect(await server.process.stop() == 0)
            try FileManager.default.removeItem(at: home.folder.appending(path: "state"))
            let restored = try await LIFProcess.run(["restore", backup, "--config", file], folder: home.folder)
            #expect(restored.code == 0, "\(restored.errors)")
            let again = try await home.serve(file)
            #expect(try await home.get(again.planner + "/query/\(query)").status == 200)
            _ = try await home.post(again.planner + "/query", Home.query(["100001"]))
            #expect(source.count == 1, "The data was in the backup")
        }
    }
}
