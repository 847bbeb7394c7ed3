public import LIFJSON
import LIFModel

extension JSONWriter {
    /// The `workflow` object in the form that `WorkflowSettings.init(json:)` reads; what is not set is left out.
    public mutating func value(_ settings: WorkflowSettings) {
        object { writer in
            var whole = settings.defaults
            (whole.timeout, whole.sla) = (settings.timeout, settings.sla)
            writer.members(whole)
            if !settings.tasks.isEmpty {
                writer.name("tasks")
                writer.object { writer in
                    for (key, task) in settings.tasks.sorted(by: { $0.key < $1.key }) {
                        writer.name(key)
                        writer.object { $0.members(task) }
                    }
                }
            }
            let targets = settings.callbacks.targets
            if !targets.isEmpty {
                writer.name("callbacks")
                writer.object { writer in
                    for (kind, target) in targets { writer.member(kind.rawValue, target) }
                }
            }
            if let schedule = settings.schedule { writer.member("schedule", schedule.json) }
        }
    }
}
