import LIFWorkflow
import Testing

@Suite struct TaskSettingsLayersTests {
    private static func settings(_ retries: Int? = nil, pool: String? = nil, sla: Duration? = nil) -> TaskSettings {
        var settings = TaskSettings()
        settings.retries = retries
        settings.pool = pool
        settings.sla = sla
        return settings
    }

    /// Each level sets `retries` to its own number. `levels` are those that are set, of the six from the strongest.
    private static func layers(_ levels: Set<Int>) -> TaskSettingsLayers {
        func layer(_ first: Int) -> WorkflowSettings {
            var layer = WorkflowSettings()
            if levels.contains(first) { layer.tasks["part-1/fetch"] = settings(first) }
            if levels.contains(first + 1) { layer.tasks["fetch"] = settings(first + 1) }
            if levels.contains(first + 2) { layer.defaults = settings(first + 2) }
            return layer
        }
        return TaskSettingsLayers(inline: layer(0), loaded: layer(3))
    }

    @Test("Inline wins over loaded; of each the task over its kind over the graph as a whole", arguments: 0..<64)
    func order(_ bits: Int) {
        let levels = Set((0..<6).filter { bits & (1 << $0) != 0 })
        let layers = Self.layers(levels)
        #expect(layers.settings(of: .fetch(part: 1)).retries == levels.min())
        #expect(layers.settings(of: .fetch(part: 2)).retries == levels.subtracting([0, 3]).min())
        #expect(layers.settings(of: .translate(part: 1)).retries == levels.intersection([2, 5]).min())
        #expect(layers.settings(of: .process(part: 1, step: 0)).retries == levels.intersection([2, 5]).min())
    }

    @Test("Members are taken one by one from where they are set")
    func members() {
        var inline = WorkflowSettings()
        inline.tasks["part-0/process-2"] = Self.settings(1)
        inline.tasks["process"] = Self.settings(2, pool: "inline")
        var loaded = WorkflowSettings()
        loaded.tasks["process"] = Self.settings(3, pool: "loaded", sla: .seconds(3))
        let settings = TaskSettingsLayers(inline: inline, loaded: loaded).settings(of: .process(part: 0, step: 2))
        #expect(settings == Self.settings(1, pool: "inline", sla: .seconds(3)))
    }

    @Test("Our own short tasks have no settings, and a graph's time-out and SLA are none of its tasks'")
    func others() {
        var inline = WorkflowSettings()
        inline.defaults = Self.settings(7, pool: "p", sla: .seconds(1))
        inline.defaults.timeout = .seconds(2)
        let layers = TaskSettingsLayers(inline: inline, loaded: inline)
        for work in [WorkflowTask.Work.start, .store(part: 0), .finish] {
            #expect(layers.settings(of: work) == TaskSettings())
        }
        #expect(layers.settings(of: .fetch(part: 0)) == Self.settings(7, pool: "p"))
    }
}
