public import LIFJSON
public import LIFModel

extension WorkflowSettings {
    private static let taskMembers = TaskKnob.all.map(\.name)
    private static let members = taskMembers + ["tasks", "callbacks", "schedule"]

    /// Reads the `workflow` object of `POST /jobs`: all members are optional, and `null` is the same as absent.
    ///
    /// Durations are numbers of seconds or texts such as `250ms`, `15s`, `2m`, `24h`, `7d`.
    ///
    /// - Parameter place: Names the object in errors.
    /// - Throws: `LIFError` `QueryParseException` with every fault and its place. Members that are not known are faults.
    public init(json: JSONValue, at place: String = "workflow") throws(LIFError) {
        var faults = DocumentFaults()
        self.init(json: json, at: place, faults: &faults)
        try faults.check()
    }

    /// Leaves out what is wrong, and notes it.
    package init(json: JSONValue, at place: String, faults: inout DocumentFaults) {
        self.init()
        guard let object = SettingsObject(json, at: place, members: Self.members, faults: &faults) else { return }
        defaults = TaskSettings(object, faults: &faults)
        // Of the graph as a whole these two are the run's.
        (timeout, sla) = (defaults.timeout, defaults.sla)
        (defaults.timeout, defaults.sla) = (nil, nil)
        if let json = object["tasks"] { tasks = Self.tasks(json, at: "\(place).tasks", faults: &faults) }
        if let json = object["callbacks"] {
            callbacks = Callbacks(json: json, at: "\(place).callbacks", faults: &faults)
        }
        if let json = object["schedule"] {
            do throws(LIFError) {
                schedule = try ScheduleRule(json: json, at: "\(place).schedule")
            } catch {
                faults.add(error, at: "\(place).schedule")
            }
        }
    }

    private static func tasks(
        _ json: JSONValue, at place: String, faults: inout DocumentFaults
    ) -> [String: TaskSettings] {
        guard let object = json.object else {
            faults.add(
                shapeOf: json, at: place,
                should: "an object whose members are named like tasks, such as \"part-0/fetch\" or \"fetch\"")
            return [:]
        }
        var tasks: [String: TaskSettings] = [:]
        for (index, member) in object.members.enumerated() where !member.value.isNull {
            guard TaskKey(member.name) != nil else {
                let near = SettingsObject.suggestion(for: member.name, among: TaskKey.kinds)
                faults.add(
                    .shape, at: place,
                    "Member \(index + 1) of \"\(place)\" names no task that has settings\(near) Allowed are "
                        + "\(SettingsObject.list(TaskKey.kinds)), and single tasks such as \"part-0/fetch\" and "
                        + "\"part-0/process-1\".")
                continue
            }
            let place = "\(place).\(member.name)"
            if let object = SettingsObject(member.value, at: place, members: taskMembers, faults: &faults) {
                tasks[member.name] = TaskSettings(object, faults: &faults)
            }
        }
        return tasks
    }
}

extension WorkflowSettings.Callbacks {
    private static let members = ["completion", "success", "failure", "sla_miss"]

    fileprivate init(json: JSONValue, at place: String, faults: inout DocumentFaults) {
        self.init()
        guard let object = SettingsObject(json, at: place, members: Self.members, faults: &faults) else { return }
        func target(_ name: String, _ faults: inout DocumentFaults) -> String? {
            object.text(
                name, limit: JobSubmission.callbackLimit, should: JobSubmission.callbackDescription, faults: &faults)
        }
        completion = target("completion", &faults)
        success = target("success", &faults)
        failure = target("failure", &faults)
        slaMiss = target("sla_miss", &faults)
    }
}
