import LIFJSON
import LIFModel

extension TaskSettings {
    /// Reads the members of an object of a `workflow`. It leaves out what is wrong, and notes it.
    init(_ object: SettingsObject, faults: inout DocumentFaults) {
        self.init()
        for knob in TaskKnob.all {
            switch knob.value {
            case .whole(let path, let range):
                self[keyPath: path] = object.integer(knob.name, in: range, faults: &faults)
            case .duration(let path, let range):
                self[keyPath: path] = object.duration(knob.name, in: range, faults: &faults)
            case .name(let path):
                self[keyPath: path] = object.text(
                    knob.name, limit: 128, should: "the name of a pool", faults: &faults)
            }
        }
    }
}

extension JSONWriter {
    /// The members that `TaskSettings.init(_:faults:)` reads; what is not set is left out.
    mutating func members(_ settings: TaskSettings) {
        for knob in TaskKnob.all {
            switch knob.value {
            case .whole(let path, _):
                if let number = settings[keyPath: path] { member(knob.name, number) }
            case .duration(let path, _):
                if let duration = settings[keyPath: path] { member(knob.name, duration.text) }
            case .name(let path):
                if let name = settings[keyPath: path] { member(knob.name, name) }
            }
        }
    }
}
