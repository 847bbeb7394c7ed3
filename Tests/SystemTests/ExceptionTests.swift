import Foundation
import LIFHTTP
import LIFJSON
import LIFModel
import Testing

/// The exceptions of the Orchestrator's document ("Exceptions and Errors"), each provoked at a running server; those of the
/// store are in `StorageExceptionTests`.
@Suite("The exceptions of the seed, for real")
struct ExceptionTests {
    @Test("QueryParseException: a plan that cannot be parsed is refused with the place of every fault")
    func queryParse() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let server = try await home.serveOrchestrator(try home.configuration(sources: source.yaml("hr")))
            let wrong = try await home.submit(
                [CountingSource.part("hr")], at: server.orchestrator, ["workflow": ["retries": 99, "priority": 1000]])
            wrong.expect(
                400, "QueryParseException", "\"workflow.retries\" is 99; it must be a whole number from 0 to 20.")
            #expect(
                wrong.json["faults"]?.array?.compactMap { $0["place"]?.string } == [
                    "workflow.retries", "workflow.priority",
                ])
            let shape = try await home.post(server.orchestrator + "/jobs", Array(#"{"lif_query_plan": {}}"#.utf8))
            shape.expect(422, "QueryParseException", "lif_query_plan")
            let text = try await home.post(server.orchestrator + "/jobs", Array(#"{"lif_query_plan": ["#.utf8))
            text.expect(400, "QueryParseException", "JSON")
            #expect(source.count == 0)
        }
    }

    @Test(
        "OperatorNotFoundException: a plan that names no configured source or adapter gets the names of those that exist"
    )
    func operatorNotFound() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let server = try await home.serveOrchestrator(try home.configuration(sources: source.yaml("hr")))
            let noSource = try await home.submit([CountingSource.part("payroll")], at: server.orchestrator)
            noSource.expect(400, "OperatorNotFoundException", "hr")
            let noAdapter = try await home.submit([CountingSource.part("hr", adapter: "ftp")], at: server.orchestrator)
            noAdapter.expect(400, "OperatorNotFoundException", "rest")
        }
    }

    @Test("JobNotFoundException: status, result, cancellation, retry and views of an unknown job")
    func jobNotFound() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let server = try await home.serveOrchestrator(try home.configuration(sources: source.yaml("hr")))
            let job = "\(server.orchestrator)/jobs/0123456789abcdef0123456789abcdef"
            let answers = [
                try await home.get(job), try await home.get(job + "/result"), try await home.delete(job),
                try await home.post(job + "/retry", []), try await home.get(job + "/events"),
                try await home.get(job + "/graph"), try await home.get(job + "/log"),
                try await home.get(server.orchestrator + "/orchestrator/get_job_status/100001"),
            ]
            for answer in answers { answer.expect(404, "JobNotFoundException", "There is no job of this id.") }
        }
    }

    @Test("OperatorException: a job whose source is down fails within milliseconds, and its waiter hears why")
    func operatorFails() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let server = try await home.serveOrchestrator(
                try home.configuration(sources: source.yaml("hr", "retries: 0")))
            await source.stop()
            let start = ContinuousClock.now
            let job = try await home.accepted([CountingSource.part("hr")], at: server.orchestrator)
            let answer = try await home.result(job, at: server.orchestrator)
            let time = ContinuousClock.now - start
            answer.expect(502, "OperatorException", "hr (unreachable)")
            print("exception: a failed run reached its waiter \(time.inMilliseconds) ms after its submission")
            #expect(time < .seconds(14), "before the time was up that it asked to wait")
            let status = try await home.status(job, at: server.orchestrator)
            #expect(status["status"] == "FAILED")
            #expect(status.landed.first?["reason"] == "unreachable")
            let synchronous = try await home.submit(
                [CountingSource.part("hr")], at: server.orchestrator, ["async": false])
            #expect(synchronous.status == 200, "Who asked for the results gets them, with the errors of the parts")
            #expect(synchronous.json["query_plan_part_results"]?.array?.first?["reason"] == "unreachable")
        }
    }
}

extension Home.Answer {
    /// Expects a problem document, and prints it for people who compare.
    func expect(
        _ status: Int, _ code: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let detail = json["detail"]?.string ?? ""
        print("exception: | \(json["code"]?.string ?? "none") | \(self.status) | \(detail) |")
        #expect(self.status == status, "\(json)", sourceLocation: sourceLocation)
        #expect(json["code"]?.string == code, sourceLocation: sourceLocation)
        #expect(detail.contains(text), "\(detail)", sourceLocation: sourceLocation)
        #expect(detail.hasSuffix("."), "It is a sentence", sourceLocation: sourceLocation)
        #expect(response.header("Content-Type") == "application/problem+json", sourceLocation: sourceLocation)
        if status == 503 { #expect(response.header("Retry-After") != nil, sourceLocation: sourceLocation) }
    }
}
