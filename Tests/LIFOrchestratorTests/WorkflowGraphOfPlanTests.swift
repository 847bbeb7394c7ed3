import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// The graphs that the parser makes: the rules one by one, and properties that each graph has.
@Suite struct WorkflowGraphOfPlanTests {
    private static let parser = ParserSetup.parser(partLimit: 100)

    @Test("A graph may be of some parts only; it starts and finishes all the same")
    func someParts() throws {
        let plan = QueryPlan(parts: [0, 1, 1].map { ParserSetup.part($0) })
        #expect(
            try Self.parser.graph(of: plan, parts: [2]).tasks.map(\.id.text)
                == ["start", "part-2/fetch", "part-2/store", "finish"])
        #expect(try Self.parser.graph(of: plan, parts: []).tasks.map(\.id.text) == ["start", "finish"])
    }

    @Test("A part that the plan does not have is refused", arguments: [-1, 1, Int.max])
    func unknownPart(_ index: Int) {
        let plan = QueryPlan(parts: [ParserSetup.part(0)])
        let error = #expect(throws: LIFError.self) { try Self.parser.graph(of: plan, parts: [index]) }
        #expect(error?.code == .queryParseException)
    }

    @Test("Settings of a task that the plan does not have are refused, but not where only some of its parts run")
    func unknownTasks() throws {
        let plan = QueryPlan(parts: [ParserSetup.part(0), ParserSetup.part(1)])
        var workflow = WorkflowSettings()
        workflow.tasks["part-1/fetch"] = TaskSettings()
        workflow.tasks["translate"] = TaskSettings()
        #expect(throws: Never.self) { try Self.parser.graph(of: plan, workflow: workflow) }
        #expect(throws: Never.self) { try Self.parser.graph(of: plan, workflow: workflow, parts: [0]) }
        workflow.tasks["part-1/process-0"] = TaskSettings()
        let error = #expect(throws: LIFError.self) { try Self.parser.graph(of: plan, workflow: workflow) }
        #expect(error?.faults.map(\.place) == ["workflow.tasks.part-1/process-0"])
        // The pipeline may have lost that step since the job was accepted.
        #expect(throws: Never.self) { try Self.parser.graph(of: plan, workflow: workflow, parts: [0, 1]) }
    }

    @Test("The longest wait between attempts is never shorter than the first")
    func maximumBackoff() throws {
        let plan = QueryPlan(parts: [ParserSetup.part(0)])
        for (backoff, maximum) in [
            (Duration.seconds(1), Duration.seconds(5)), (.seconds(5), .seconds(5)), (.seconds(60), .seconds(60)),
        ] {
            var workflow = WorkflowSettings()
            workflow.defaults.retryBackoff = backoff
            let fetch = try Self.parser.graph(of: plan, workflow: workflow)[WorkflowTask.ID("part-0/fetch")]
            #expect(fetch?.policy.backoff == backoff && fetch?.policy.maximumBackoff == maximum)
        }
    }

    @Test("Our own tasks take no pool and are not retried, whatever the settings say")
    func ownTasks() throws {
        var workflow = WorkflowSettings(timeout: .seconds(1), sla: .seconds(1))
        workflow.defaults.retries = 7
        workflow.defaults.pool = "p"
        workflow.defaults.priority = 9
        let graph = try Self.parser.graph(of: QueryPlan(parts: [ParserSetup.part(0)]), workflow: workflow)
        for task in graph.tasks where task.operatorName == nil {
            #expect(task.policy == .once && task.resources == .none)
        }
        #expect(graph[WorkflowTask.ID("part-0/fetch")]?.resources == TaskResources(pool: "p", priority: 9))
    }

    @Test("The same plan, settings and configuration give equal graphs; other settings another one")
    func comparable() throws {
        let plan = QueryPlan(parts: (0..<5).map { ParserSetup.part($0) })
        #expect(try Self.parser.graph(of: plan) == Self.parser.graph(of: plan))
        var workflow = WorkflowSettings()
        workflow.defaults.priority = 1
        #expect(try Self.parser.graph(of: plan) != Self.parser.graph(of: plan, workflow: workflow))
    }

    @Test(
        "Each graph has one root and one sink, and each part's tasks in their order between them",
        arguments: ModelSeeds.some(200))
    func properties(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let plan = QueryPlan(
            parts: (0..<Int.random(in: 1...30, using: &random)).map { _ in
                ParserSetup.part(Int.random(in: 0..<5, using: &random))
            })
        let chosen = plan.parts.indices.filter { _ in Bool.random(using: &random) }
        let parts: [Int]? = Bool.random(using: &random) ? nil : chosen.shuffled(using: &random)
        let graph = try Self.parser.graph(
            of: try Self.parser.validated(plan), workflow: Self.settings(plan, &random), parts: parts)
        let running = parts ?? Array(plan.parts.indices)

        let ids = graph.tasks.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(graph.tasks.filter(\.upstream.isEmpty).map(\.id) == [WorkflowTask.Work.start.id])
        #expect(graph.root?.work == .start)
        #expect(ids.filter { graph.downstream(of: $0).isEmpty } == [WorkflowTask.Work.finish.id])
        #expect(graph.tasks.last?.work == .finish)

        for part in running {
            let expected = Self.chain(of: plan.parts[part], at: part)
            #expect(graph.tasks.filter { $0.work.part == part }.map(\.work) == expected)
            var previous = WorkflowTask.Work.start.id
            for work in expected {
                let task = try #require(graph[work.id])
                #expect(task.upstream == [previous])
                #expect(graph.upstream(of: task.id).map(\.id) == [previous])
                #expect(graph.downstream(of: previous).contains(task))
                #expect((task.operatorName == nil) == (work.kind == "store"))
                #expect(task.policy.maximumBackoff >= task.policy.backoff && task.policy.timeout > .zero)
                #expect(task.resources.poolSlots >= 1)
                previous = task.id
            }
        }
        let stores = running.map { WorkflowTask.Work.store(part: $0).id }
        #expect(graph.tasks.last?.upstream == (stores.isEmpty ? [WorkflowTask.Work.start.id] : stores))
        let counts = running.map { Self.chain(of: plan.parts[$0], at: $0).count }
        #expect(ids.count == counts.reduce(2, +))

        let positions = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
        for (position, task) in graph.tasks.enumerated() {
            for upstream in task.upstream { #expect(try #require(positions[upstream]) < position) }
        }
    }

    /// What the seed says of a part, written down apart from the parser.
    private static func chain(of part: QueryPlanPart, at index: Int) -> [WorkflowTask.Work] {
        let steps = ["org4": 2, "org5": 3][part.informationSourceID] ?? 0
        let translates = ["org3", "org5"].contains(part.informationSourceID)
        return [.fetch(part: index)] + (translates ? [.translate(part: index)] : [])
            + (0..<steps).map { .process(part: index, step: $0) } + [.store(part: index)]
    }

    private static func settings(_ plan: QueryPlan, _ random: inout SeededGenerator) -> WorkflowSettings {
        var settings = WorkflowSettings()
        for key in ["fetch", "translate", "process", "part-0/fetch", "part-\(plan.parts.count - 1)/fetch"]
        where Bool.random(using: &random) {
            var task = TaskSettings()
            if Bool.random(using: &random) { task.retries = Int.random(in: 0...20, using: &random) }
            if Bool.random(using: &random) { task.retryBackoff = .seconds(Int.random(in: 0...60, using: &random)) }
            if Bool.random(using: &random) { task.poolSlots = Int.random(in: 1...9, using: &random) }
            settings.tasks[key] = task
        }
        return settings
    }

    @Test("A plan of 10,000 parts is checked and made a graph of in little time")
    func large() throws {
        let plan = QueryPlan(parts: (0..<10_000).map { ParserSetup.part($0 % 4, learner: "\($0)") })
        let parser = ParserSetup.parser(partLimit: 10_000)
        let clock = ContinuousClock()
        var graph: WorkflowGraph?
        let time = try clock.measure { graph = try parser.graph(of: try parser.validated(plan)) }
        // Of each four parts one is translated and one has two steps.
        #expect(graph?.tasks.count == 27_502)
        // An optimised build takes less than a tenth of a second; twice nested loops would take minutes.
        #expect(time < .seconds(30))
    }
}
