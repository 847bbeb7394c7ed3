import LIFSettings
import LIFWorkflow

extension TaskSettings {
    /// Reads what a block says of its tasks, and its defaults, as far as the block may have these settings.
    init(_ block: SettingsBlock) {
        self.init()
        for knob in TaskKnob.all where block.setting(knob.name) != nil {
            switch knob.value {
            case .whole(let path, _): self[keyPath: path] = block.whole(knob.name)
            case .duration(let path, _): self[keyPath: path] = block.duration(knob.name)
            case .name(let path):
                if block.has(knob.name) { self[keyPath: path] = block.written(knob.name)?.value.trimmed }
            }
        }
    }
}

extension TaskKnob {
    var type: SettingType {
        switch value {
        case .whole(_, let range): .whole(range)
        case .duration(_, let range): .duration(zeroAllowed: range.lowerBound == .zero)
        case .name: .text
        }
    }
}

extension Setting {
    init(_ knob: TaskKnob, _ standard: Default, _ meaning: String) {
        self.init(knob.name, knob.type, standard, meaning)
    }
}
