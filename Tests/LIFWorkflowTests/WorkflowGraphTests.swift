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
        #expect(reason(task("a"), task("b"))?.contains("2 root tasks") == true)
        #expect(reason(task("a", "b"), task("b", "a"))?.contains("0 root tasks") == true)
        #expect(reason(task("a", "a"))?.contains("0 root tasks") == true)
    }

    @Test("Tasks that wait for each other are refused, and named")
    func cycles() {
        let message = reason(task("start"), task("x", "start", "y"), task("y", "x"), task("z", "y"))
        #expect(message?.contains("wait for each other: x, y, z") == true)
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
