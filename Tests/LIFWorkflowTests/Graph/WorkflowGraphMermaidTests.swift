import LIFModel
import LIFWorkflow
import Testing

@Suite("A workflow graph as a Mermaid flowchart")
struct WorkflowGraphMermaidTests {
    /// `start → (fetch → store) per part → finish`.
    private func graph(_ sources: [String]) throws -> WorkflowGraph {
        var tasks = [WorkflowTask(.start, upstream: [])]
        for (part, source) in sources.enumerated() {
            let fetch = WorkflowTask(
                .fetch(part: part), upstream: [tasks[0].id], operatorName: "rest",
                resources: TaskResources(pool: source))
            tasks += [fetch, WorkflowTask(.store(part: part), upstream: [fetch.id])]
        }
        let stores = sources.indices.map { WorkflowTask.Work.store(part: $0).id }
        tasks.append(WorkflowTask(.finish, upstream: stores))
        return try WorkflowGraph(tasks: tasks)
    }

    @Test("Each task is a node, and each dependency an edge from upstream to downstream")
    func nodes() throws {
        #expect(
            try graph(["org1", "org2"]).mermaid() == """
                flowchart TD
                    t0(["start"])
                    t1["part-0/fetch<br/>rest, org1"]
                    t2["part-1/fetch<br/>rest, org2"]
                    t3["part-0/store"]
                    t4["part-1/store"]
                    t5(["finish"])
                    t0 --> t1
                    t0 --> t2
                    t1 --> t3
                    t2 --> t4
                    t3 --> t5
                    t4 --> t5

                """)
    }

    @Test("Nodes have the class of their state")
    func states() throws {
        let failed = WorkflowTask.Work.fetch(part: 1).id
        let waiting = WorkflowTask.Work.finish.id
        let text = try graph(["org1", "org2"]).mermaid { id in
            id == failed ? .failed : id == waiting ? .waiting : .done
        }
        let lines = text.split(separator: "\n").map { $0.drop(while: \.isWhitespace) }
        #expect(lines.contains("t0([\"start\"]):::done"))
        #expect(lines.contains("t2[\"part-1/fetch<br/>rest, org2\"]:::failed"))
        #expect(lines.contains("t5([\"finish\"]):::waiting"))
        for state in TaskState.allCases {
            #expect(lines.count { $0.hasPrefix("classDef \(state.rawValue) ") } == 1)
        }
    }

    @Test("What has a meaning in Mermaid is escaped")
    func escaped() throws {
        let graph = try WorkflowGraph(tasks: [
            WorkflowTask(
                id: WorkflowTask.ID("a\"]\n--> `x` <b>&amp; #1;\\"), work: .start, upstream: [], operatorName: "é%%")
        ])
        #expect(
            graph.mermaid() == """
                flowchart TD
                    t0(["a#34;] --#62; #96;x#96; #60;b#62;#38;amp#59; #35;1#59;#92;<br/>é%%"])

                """)
    }

    @Test("A dependency that is named twice is one edge")
    func twice() throws {
        let graph = try WorkflowGraph(tasks: [
            WorkflowTask(.start, upstream: []),
            WorkflowTask(.finish, upstream: [WorkflowTask.Work.start.id, .init("start")]),
        ])
        #expect(graph.mermaid().split(separator: "\n").count { $0.contains("-->") } == 1)
    }

    @Test("A graph of 500 dependencies is drawn whole, a larger one with one node for a source's parts")
    func collapsed() throws {
        let whole = try graph((0..<166).map { "org\($0 % 2)" }).mermaid().split(separator: "\n")
        #expect(whole.count == 1 + 334 + 498)
        #expect(try graph((0..<167).map { "org\($0 % 2)" }).mermaid().contains("<br/>84 parts"))
        let large = try graph((0..<251).map { "org\($0 % 2)" })
        #expect(
            large.mermaid() == """
                flowchart TD
                    t0(["start"])
                    t1["rest, org0<br/>126 parts"]
                    t2["rest, org1<br/>125 parts"]
                    t3(["finish"])
                    t0 --> t1
                    t0 --> t2
                    t1 --> t3
                    t2 --> t3

                """)
    }

    @Test("A node for several parts shows how many of them have come how far")
    func collapsedStates() throws {
        let failed = Set((0..<6).map { WorkflowTask.Work.store(part: $0).id })
        let waiting = Set((10..<31).map { WorkflowTask.Work.store(part: $0).id })
        let text = try graph((0..<300).map { $0 < 100 ? "org0" : $0 < 299 ? "org1" : "org2" }).mermaid { id in
            failed.contains(id) ? .failed : waiting.contains(id) ? .waiting : .done
        }
        #expect(text.contains("[\"rest, org0<br/>100 parts<br/>21 waiting, 73 done, 6 failed\"]:::failed\n"))
        #expect(text.contains("[\"rest, org1<br/>199 parts<br/>199 done\"]:::done\n"))
        #expect(text.contains("[\"rest, org2<br/>1 part<br/>1 done\"]:::done\n"))
    }
}
