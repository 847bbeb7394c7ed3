/// What a task's settings are when a submission and the configuration say something of it: inline wins over loaded, and
/// of each the task's id over its kind over the graph as a whole, member by member.
public struct TaskSettingsLayers: Sendable {
    private let layers: [WorkflowSettings]
    private let byKind: [String: TaskSettings]
    /// The single tasks that have settings of their own.
    private let named: Set<WorkflowTask.Work>

    /// Settings of the submission, before those of the configuration.
    public init(inline: WorkflowSettings, loaded: WorkflowSettings) {
        layers = [inline, loaded]
        named = Set(layers.flatMap { $0.tasks.keys.compactMap { TaskKey($0)?.work } })
        var byKind: [String: TaskSettings] = [:]
        for kind in TaskKey.kinds { byKind[kind] = Self.settings(layers, id: nil, kind: kind) }
        self.byKind = byKind
    }

    /// What is not said is `nil`: of our own short tasks (start, store, finish) nothing is.
    public func settings(of work: WorkflowTask.Work) -> TaskSettings {
        guard let settings = byKind[work.kind] else { return TaskSettings() }
        return named.contains(work) ? Self.settings(layers, id: work.id.text, kind: work.kind) : settings
    }

    private static func settings(
        _ layers: [WorkflowSettings], id: String?, kind: String
    ) -> TaskSettings {
        var settings = TaskSettings()
        for layer in layers {
            var defaults = layer.defaults
            (defaults.timeout, defaults.sla) = (nil, nil)
            for said in [id.flatMap { layer.tasks[$0] }, layer.tasks[kind], defaults] {
                if let said { settings.fill(from: said) }
            }
        }
        return settings
    }
}
