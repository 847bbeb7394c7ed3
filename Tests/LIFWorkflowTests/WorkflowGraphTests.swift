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

    @Test("Tasks beside the root that wait for nothing are refused, and named; the root is the start task, or else the first")
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
    }

    @Test("What comes after a task is what names it upstream")
    func downstream() throws {
        let graph = try WorkflowGraph(tasks: [task("s"), task("a", "s"), task("b", "s"), task("c", "a", "b")])
        #expect(graph.downstream(of: WorkflowTask.ID("s")).map(\.id.text) == ["a", "b"])
        #expect(graph.downstream(of: WorkflowTask.ID("b")).map(\.id.text) == ["c"])
        #expect(graph.downstream(of: WorkflowTask.ID("c")).isEmpty)
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
