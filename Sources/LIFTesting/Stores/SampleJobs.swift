import Foundation
import LIFModel
import LIFWorkflow

/// Jobs for the suites.
enum SampleJobs {
    static let start = Date(timeIntervalSince1970: 1_800_000_000.125)

    static func date(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

    static let learner = LearnerIdentifier(
        identifier: "e\u{301} \"'\u{1F600}", identifierType: "School-assigned number")

    static func part(_ source: String, _ adapter: String = "lif-to-lif") -> QueryPlanPart {
        QueryPlanPart(
            informationSourceID: source, adapterID: adapter, learner: learner,
            fragmentPaths: [FragmentPath(entity: "Name"), FragmentPath(entity: "CredentialAward")])
    }

    /// A job of a plan with a part for each source.
    static func job(
        key: String? = nil, at seconds: Double = 0, sources: [String] = ["org1"], schedule: ScheduleID? = nil,
        holder: HolderID = HolderID()
    ) -> Job {
        Job(
            submission: JobSubmission(
                plan: QueryPlan(parts: sources.map { part($0) }), idempotencyKey: key, scheduleID: schedule),
            acceptedAt: date(seconds), holder: holder)
    }

    /// A submission in which everything is set that can be.
    static func fullSubmission() throws -> JobSubmission {
        var settings = TaskSettings()
        settings.retries = 3
        settings.retryBackoff = .milliseconds(250)
        settings.priority = -7
        settings.pool = "slow \"ones\""
        settings.poolSlots = 2
        var fetch = settings
        fetch.timeout = .seconds(7)
        fetch.sla = .milliseconds(1_500)
        var callbacks = WorkflowSettings.Callbacks()
        callbacks.completion = "https://example.org/done?a=b"
        callbacks.success = "notify"
        callbacks.failure = "page"
        callbacks.slaMiss = "late"
        let translated = QueryPlanPart(
            informationSourceID: "org2", adapterID: "rest", learner: learner,
            fragmentPaths: [FragmentPath(entity: "Name")],
            translation: Translation(sourceSchemaID: "26", targetSchemaID: "17"))
        return JobSubmission(
            plan: QueryPlan(parts: [part("org1"), translated]),
            workflow: WorkflowSettings(
                timeout: .seconds(90), sla: .seconds(30), defaults: settings,
                tasks: ["part-0/fetch": fetch, "translate": settings], callbacks: callbacks, schedule: try rule()),
            callback: "https://planner.example.org/orchestration/results", idempotencyKey: "key \"1\"",
            scheduleID: ScheduleID())
    }

    static func rule() throws -> ScheduleRule {
        ScheduleRule(.cron(try CronExpression("*/15 8-18 * * mon-fri")), catchUp: true)
    }
}
