extension WorkflowGraph {
    /// A graph of more tasks or dependencies is not drawn whole: Mermaid by default refuses more than 500 edges.
    public static let largestDrawnWhole = 500

    /// The graph as a flowchart in Mermaid's language: an edge leads from a task to each one that waits for it.
    ///
    /// In a graph larger than `largestDrawnWhole` the parts that share adapter and pool, which is their source, are one
    /// node with their number.
    ///
    /// - Parameter state: When it is given, nodes are coloured by the classes `waiting`, `done` and `failed`.
    public func mermaid(state: ((WorkflowTask.ID) -> TaskState)? = nil) -> String {
        let size = max(tasks.count, tasks.reduce(0) { $0 + $1.upstream.count })
        let nodes = size > Self.largestDrawnWhole ? collapsed() : tasks.map { [$0] }
        var owners = [WorkflowTask.ID: Int](minimumCapacity: tasks.count)
        for (index, tasks) in nodes.enumerated() {
            for task in tasks { owners[task.id] = index }
        }
        var lines = ["flowchart TD"]
        for (index, tasks) in nodes.enumerated() {
            lines.append("    t\(index)\(Self.node(tasks, state))")
        }
        var edges: Set<[Int]> = []
        for task in tasks {
            for upstream in task.upstream {
                guard let from = owners[upstream], let to = owners[task.id], from != to,
                    edges.insert([from, to]).inserted
                else { continue }
                lines.append("    t\(from) --> t\(to)")
            }
        }
        if state != nil {
            lines.append("    classDef waiting fill:#f4f4f4,stroke:#8a8a8a,color:#333333")
            lines.append("    classDef done fill:#dcf2e0,stroke:#2e7d32,color:#143d17")
            lines.append("    classDef failed fill:#fbdedd,stroke:#c62828,color:#5c1010")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private struct Source: Hashable {
        let adapter: String?
        let pool: String?
    }

    /// The tasks of one node each, in the order of the graph.
    private func collapsed() -> [[WorkflowTask]] {
        var sources: [Int: Source] = [:]
        for task in tasks {
            guard case .fetch(let part) = task.work else { continue }
            sources[part] = Source(adapter: task.operatorName, pool: task.resources.pool)
        }
        var nodes: [[WorkflowTask]] = []
        var places: [Source: Int] = [:]
        for task in tasks {
            guard let source = task.work.part.flatMap({ sources[$0] }) else {
                nodes.append([task])
                continue
            }
            if let place = places[source] {
                nodes[place].append(task)
            } else {
                places[source] = nodes.count
                nodes.append([task])
            }
        }
        return nodes
    }

    /// The shape, label and class of a node.
    private static func node(_ tasks: [WorkflowTask], _ state: ((WorkflowTask.ID) -> TaskState)?) -> String {
        guard let first = tasks.first else { return "" }
        let isEnd = first.work == .start || first.work == .finish
        let states = state.map { state in
            Dictionary(grouping: tasks, by: \.work.part).values.map { tasks in
                TaskState(of: tasks.lazy.map { state($0.id) })
            }
        }
        let label = lines(tasks, states).map(escaped).joined(separator: "<br/>")
        let style = states.map { ":::\(TaskState(of: $0).rawValue)" } ?? ""
        return (isEnd ? "([\"\(label)\"])" : "[\"\(label)\"]") + style
    }

    /// - Parameter states: Of each part.
    private static func lines(_ tasks: [WorkflowTask], _ states: [TaskState]?) -> [String] {
        guard tasks.count > 1 else {
            return tasks.flatMap { task in [task.id.text, place(of: task)] }.filter { !$0.isEmpty }
        }
        let fetch = tasks.first { if case .fetch = $0.work { true } else { false } }
        let parts = Set(tasks.compactMap(\.work.part)).count
        var lines = [fetch.map(place(of:)) ?? "", parts == 1 ? "1 part" : "\(parts) parts"].filter { !$0.isEmpty }
        if let states {
            let counts = TaskState.allCases.map { state in (state, states.count { $0 == state }) }
            lines.append(counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", "))
        }
        return lines
    }

    /// Who does it and where: "lif-to-lif, org2".
    private static func place(of task: WorkflowTask) -> String {
        [task.operatorName, task.resources.pool].compactMap { $0 }.joined(separator: ", ")
    }

    /// Mermaid's entity codes for what would end a label or be read as markup.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "#", "&", "<", ">", "`", "\\", ";": result += "#\(scalar.value);"
            case _ where scalar.properties.generalCategory == .control: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
