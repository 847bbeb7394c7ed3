import LIFModel
import LIFWorkflow
import Testing

@Suite struct WorkflowGraphTests {
    private func task(_ id: String, _ upstream: String...) -> WorkflowTask {
        WorkflowTask(
            id: WorkflowTask.ID(id), work: .finish, upstream: upstream.map(WorkflowTask.ID.init))
    }

    private func reason(_ tasks: WorkflowTask...) -> String? {
        do {
            _ = try WorkflowGraph(tasks: tasks)
            return nil
        } catch {
            #expect(error.code == .queryParseException)
            return error.message
        }
    }

    @Test("A graph has exactly one root")
    func root() throws {
        #expect(try WorkflowGraph(tasks: [task("b", "a"), task("a")]).root?.id.text == "a")
        #expect(reason(task("a", "b"), task("b", "a"))?.contains("no root task") == true)
        #expect(reason(task("a", "a"))?.contains("no root task") == true)
    }

    @Test(
        "Tasks beside the root that wait for nothing are refused, and named; the root is the start task, or else the first"
    )
    func orphans() {
        let start = WorkflowTask(.start, upstream: [])
        let message = reason(task("a"), start, task("b", "start"), task("c"))
        #expect(message?.contains("exactly one root task, which is \"start\"") == true)
        #expect(message?.contains("either: a, c.") == true)
        #expect(reason(task("x"), task("y"))?.contains("either: y.") == true)
    }

    @Test("A graph without tasks is refused")
    func empty() { #expect(reason()?.contains("it has no tasks") == true) }

    @Test("As text it has a line per task, with its operator, its settings and what it waits for")
    func text() throws {
        let policy = TaskPolicy(retries: 3, backoff: .milliseconds(100), timeout: .seconds(5))
        let graph = try WorkflowGraph(tasks: [
            WorkflowTask(.start, upstream: []),
            WorkflowTask(
                .fetch(part: 0), upstream: [WorkflowTask.Work.start.id], operatorName: "org1", policy: policy,
                resources: TaskResources(pool: "org1", poolSlots: 2, priority: -5, sla: .seconds(2))),
            WorkflowTask(
                .process(part: 0, step: 0), upstream: [WorkflowTask.Work.fetch(part: 0).id], operatorName: "remove",
                policy: TaskPolicy(retries: 0, timeout: .seconds(60))),
            WorkflowTask(.store(part: 0), upstream: [WorkflowTask.Work.process(part: 0, step: 0).id]),
            WorkflowTask(.finish, upstream: [WorkflowTask.Work.store(part: 0).id]),
        ])
        #expect(
            graph.description == """
                workflow graph: 5 tasks
                  start
                  part-0/fetch  (org1)  [pool org1 x2, priority -5, retries 3, backoff 100 ms, time-out 5 s, SLA 2 s]  <- start
                  part-0/process-0  (remove)  [retries 0, time-out 60 s]  <- part-0/fetch
                  part-0/store  <- part-0/process-0
                  finish  <- part-0/store
                """)
    }

    @Test("Tasks that wait for each other are refused, and named")
    func cycles() {
        let message = reason(task("start"), task("x", "start", "y"), task("y", "x"), task("z", "y"))
        #expect(message?.contains("these tasks wait for each other, or for one that does: x, y, z.") == true)
    }

    @Test("A task that waits for one that does not exist is refused, with both names")
    func unknownUpstream() {
        let message = reason(task("start"), task("a", "gone"))
        #expect(message?.contains("\"a\" waits for \"gone\"") == true)
    }

    @Test("Two tasks of one id are refused")
    func duplicates() {
        #expect(reason(task("start"), task("a", "start"), task("a", "start"))?.contains("\"a\"") == true)
    }

    @Test("Each task stands after its upstream tasks, and else in the order given")
    func order() throws {
        let tasks = [
            task("finish", "c", "b"), task("c", "a"), task("b", "start"), task("a", "start"), task("start"),
        ]
        let graph = try WorkflowGraph(tasks: tasks)
        #expect(graph.tasks.map(\.id.text) == ["start", "b", "a", "c", "finish"])
        #expect(try WorkflowGraph(tasks: tasks) == graph)
        #expect(try WorkflowGraph(tasks: graph.tasks) == graph)
        let crossed = [task("s"), task("a", "s"), task("b", "s"), task("y", "b"), task("x", "a")]
        #expect(try WorkflowGraph(tasks: crossed).tasks.map(\.id.text) == ["s", "a", "b", "y", "x"])
    }

    @Test("What comes after a task is what names it upstream")
    func downstream() throws {
        let graph = try WorkflowGraph(tasks: [task("s"), task("a", "s"), task("b", "s"), task("c", "a", "b")])
        #expect(graph.downstream(of: WorkflowTask.ID("s")).map(\.id.text) == ["a", "b"])
        #expect(graph.downstream(of: WorkflowTask.ID("b")).map(\.id.text) == ["c"])
        #expect(graph.downstream(of: WorkflowTask.ID("c")).isEmpty)
    }

    @Test("What comes before a task is what it names upstream, each once, in the order of the graph")
    func upstream() throws {
        let graph = try WorkflowGraph(tasks: [task("s"), task("a", "s"), task("b", "s"), task("c", "b", "a", "b")])
        #expect(graph.upstream(of: WorkflowTask.ID("c")).map(\.id.text) == ["a", "b"])
        #expect(graph.upstream(of: WorkflowTask.ID("a")).map(\.id.text) == ["s"])
        #expect(graph.upstream(of: WorkflowTask.ID("s")).isEmpty)
        #expect(graph.downstream(of: WorkflowTask.ID("b")).map(\.id.text) == ["c"])
    }

    @Test("A task is found by its id; of one that is not there nothing is known")
    func lookUp() throws {
        let graph = try WorkflowGraph(tasks: [task("b", "s"), task("s")])
        #expect(graph[WorkflowTask.ID("b")] == task("b", "s"))
        let gone = WorkflowTask.ID("gone")
        #expect(graph[gone] == nil && graph.upstream(of: gone).isEmpty && graph.downstream(of: gone).isEmpty)
    }

    @Test("Two graphs are equal when their tasks are, settings and all")
    func equality() throws {
        let graph = try WorkflowGraph(tasks: [task("s"), task("a", "s")])
        let same = try WorkflowGraph(tasks: [task("a", "s"), task("s")])
        #expect(graph == same && graph.hashValue == same.hashValue)
        #expect(try graph != WorkflowGraph(tasks: [task("s"), task("b", "s")]))
        let patient = WorkflowTask(
            id: WorkflowTask.ID("a"), work: .finish, upstream: [WorkflowTask.ID("s")],
            policy: TaskPolicy(timeout: .seconds(61)))
        #expect(try graph != WorkflowGraph(tasks: [task("s"), patient]))
    }

    @Test("A refusal names twenty tasks at most, and how many more there are")
    func manyNames() {
        let orphans = (0..<25).map { task("t\($0)") }
        do {
            _ = try WorkflowGraph(tasks: [WorkflowTask(.start, upstream: [])] + orphans)
            Issue.record("A graph with 26 roots was taken")
        } catch {
            #expect(error.message.hasSuffix("t18, t19 and 5 more."))
        }
    }

    @Test("All neighbours in a wide graph are found in little time")
    func wideNeighbours() throws {
        let fetches = (0..<20_000).map { task("\($0)", "start") }
        let graph = try WorkflowGraph(tasks: [task("start")] + fetches)
        let clock = ContinuousClock()
        var count = 0
        let time = clock.measure {
            for task in graph.tasks {
                count += graph.downstream(of: task.id).count + graph.upstream(of: task.id).count
            }
        }
        #expect(count == 40_000)
        // Looking through all tasks for each of them would be 400 million comparisons.
        #expect(time < .seconds(30))
    }

    @Test("A wide graph is sorted in little time")
    func large() throws {
        var tasks = [task("start")]
        for index in 0..<10_000 {
            tasks.append(task("\(index)/fetch", "start"))
            tasks.append(task("\(index)/store", "\(index)/fetch"))
        }
        let clock = ContinuousClock()
        var graph: WorkflowGraph?
        let time = try clock.measure { graph = try WorkflowGraph(tasks: tasks) }
        #expect(graph?.tasks.count == 20_001)
        #expect(time < .seconds(30))
    }
}
