import Foundation
import LIFJSON
import LIFModel

/// Three organisations on this machine, and the queries that show what a planner is for.
final class Demo {
    private let plan: DemoPlan
    private let hrData: URL
    private let model: URL?
    private var processes: [DemoProcess] = []
    private var partners: [String: DemoProcess] = [:]

    init(plan: DemoPlan, hrData: URL, model: URL?) {
        self.plan = plan
        self.hrData = hrData
        self.model = model
    }

    func start() throws {
        for organisation in DemoPlan.organisations { try startPartner(organisation) }
        processes.append(
            try launch(
                "the HR system",
                [
                    "example-source", "--data", hrData.path, "--port", "\(plan.hrPort)", "--key", DemoPlan.hrKey,
                ]))
        try Data(plan.configuration.utf8).write(to: plan.configurationFile)
        for process in Array(partners.values) + processes { try process.waitUntilListening() }
        let home = try launch("the home organisation", ["serve", "--config", plan.configurationFile.path])
        processes.append(home)
        try home.waitUntilListening(lines: 2)
    }

    private func startPartner(_ organisation: String) throws {
        var arguments = [
            "partner", "--data", plan.data.appending(path: organisation).path, "--port",
            "\(plan.partnerPort(organisation))",
        ]
        if let model { arguments += ["--model", model.path] }
        partners[organisation] = try launch(organisation, arguments)
    }

    private func launch(_ name: String, _ arguments: [String]) throws -> DemoProcess {
        let log = plan.folder.appending(path: "\(arguments[0])-\(processes.count + partners.count).log")
        return try DemoProcess(name, arguments: arguments, log: log)
    }

    func stop() {
        for process in processes.reversed() + Array(partners.values) { process.stop() }
    }

    /// Asks the three questions and prints what came.
    func show() async throws {
        try await ask("A cold query: learner 100001, the entire record", learner: "100001")
        try await ask("The same query, warm", learner: "100001")
        partners["org3"]?.stop()
        try await ask("One partner down: org3 has stopped; learner 100002", learner: "100002")
        try startPartner("org3")
        try partners["org3"]?.waitUntilListening()
    }

    private func ask(_ title: String, learner: String) async throws {
        let identifier = LearnerIdentifier(identifier: learner, identifierType: "SCHOOL_ASSIGNED_NUMBER")
        let query = LIFQuery(learners: [identifier], selectedFields: [])
        let start = ContinuousClock.now
        let document = try await PlannerClient(url: plan.plannerURL).query(query)
        let time = ContinuousClock.now - start
        Terminal.say("== \(title)\n\n\(AnswerReport(document).text(time: time))\n")
    }

    /// What to try while the demo is up.
    func printHints() {
        let lif = CommandLine.arguments[0]
        var lines = ["== Running", ""]
        lines.append("  Query Planner  \(plan.plannerURL)")
        lines.append("  Orchestrator   \(plan.orchestratorURL)")
        for organisation in DemoPlan.organisations {
            lines.append("  \(organisation) LIF API   http://127.0.0.1:\(plan.partnerPort(organisation))/graphql")
        }
        lines.append("  HR system      http://127.0.0.1:\(plan.hrPort)/r1-demo/users/100003")
        lines.append("  Configuration  \(plan.configurationFile.path)")
        let learner = "--learner SCHOOL_ASSIGNED_NUMBER:100003"
        let fields = "--fields Person.Name,Person.CredentialAward"
        lines += ["", "== Try", ""]
        lines.append("  \(lif) query --url \(plan.plannerURL) \(learner) \(fields)")
        lines.append("  \(lif) query --url \(plan.plannerURL) \(learner) --json")
        lines.append("  \(lif) explain --config \(plan.configurationFile.path) --learner SCHOOL_ASSIGNED_NUMBER:100005")
        lines.append("  \(lif) sources check --config \(plan.configurationFile.path)")
        lines.append(
            "  curl -s \(plan.plannerURL)/query -d '{\"filter\":{\"Person\":{\"Identifier\":{\"identifier\":\"100003\","
                + "\"identifierType\":\"SCHOOL_ASSIGNED_NUMBER\"}}},\"selected_fields\":[\"Person.Name\"]}'")
        Terminal.say(lines.joined(separator: "\n"))
    }
}
