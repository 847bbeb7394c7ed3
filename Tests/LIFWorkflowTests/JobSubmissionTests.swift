import LIFJSON
import LIFModel
import LIFWorkflow
import Testing

@Suite struct JobSubmissionTests {
    private static let part = QueryPlanPart(
        informationSourceID: "org1", adapterID: "rest",
        learner: LearnerIdentifier(identifier: "ä\"1", identifierType: "Employee number"),
        fragmentPaths: [FragmentPath(entity: "Name"), FragmentPath(entity: "Contact")],
        translation: Translation(sourceSchemaID: "26", targetSchemaID: "17"))

    private static let whole: JobSubmission = {
        var workflow = WorkflowSettings(timeout: .seconds(90), sla: .milliseconds(250))
        workflow.defaults.retries = 4
        workflow.tasks["part-0/fetch", default: TaskSettings()].pool = "p"
        workflow.callbacks.failure = "tell"
        return JobSubmission(
            plan: QueryPlan(parts: [part, part]), workflow: workflow, callback: "https://a.example/x",
            scheduleID: ScheduleID())
    }()

    private func written(_ submission: JobSubmission) -> RawJSON {
        var writer = JSONWriter()
        writer.value(submission)
        return writer.raw
    }

    @Test(
        "What is written reads back the same",
        arguments: [
            whole, JobSubmission(plan: QueryPlan(parts: [part])), JobSubmission(plan: QueryPlan(parts: [])),
            JobSubmission(plan: QueryPlan(parts: [part], via: FederationPath().appending("org 9").appending("us"))),
        ])
    func roundTrip(_ submission: JobSubmission) throws {
        let read = try JobSubmission(json: written(submission).value())
        #expect(read == submission)
        #expect(read.plan.parts.first?.learner.identifierType == submission.plan.parts.first?.learner.identifierType)
        #expect(written(read) == written(submission))
    }

    @Test("The idempotency key is not written")
    func key() throws {
        var submission = Self.whole
        submission.idempotencyKey = "key-1"
        #expect(!written(submission).text.contains("key-1"))
        #expect(try JobSubmission(json: written(submission).value()) == Self.whole)
    }

    @Test("What is not set is left out")
    func small() {
        let small = JobSubmission(plan: QueryPlan(parts: [Self.part]))
        #expect(written(small).members.map(\.name) == ["lif_query_plan"])
    }

    @Test("The planners that the plan came through are written as \"via\", and a row without them has none")
    func via() throws {
        var submission = JobSubmission(plan: QueryPlan(parts: [Self.part], via: try FederationPath(["a", "us"])))
        #expect(written(submission)["via"]?.text == #"["a","us"]"#)
        submission.plan.via = FederationPath()
        #expect(try JobSubmission(json: ["lif_query_plan": submission.plan.json.value()]) == submission)
    }

    @Test("All faults of a kept submission are reported")
    func faults() throws {
        let error = try #require(throws: LIFError.self) {
            try JobSubmission(
                json: ["lif_query_plan": [1], "workflow": ["retries": 99], "callback": "", "schedule_id": "a b"])
        }
        #expect(error.faults.map(\.place) == ["lif_query_plan[0]", "workflow.retries", "callback", "schedule_id"])
        #expect(throws: LIFError.self) { try JobSubmission(json: []) }
        #expect(throws: LIFError.self) { try JobSubmission(json: [:]) }
    }
}
