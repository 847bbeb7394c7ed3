package import LIFModel

/// Whether and how a source can be reached.
package enum AdapterSettings: Sendable, Hashable {
    case ready(any AdapterConfiguration)
    /// A credential is missing. A planner alone needs none, so this is no error when the configuration is read: the
    /// source's parts fail with this sentence, which names the variable to set.
    case notSetUp(reason: String)

    package static func == (left: AdapterSettings, right: AdapterSettings) -> Bool {
        switch (left, right) {
        case (.ready(let left), .ready(let right)): AnyHashable(left) == AnyHashable(right)
        case (.notSetUp(let left), .notSetUp(let right)): left == right
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .ready(let configuration): hasher.combine(AnyHashable(configuration))
        case .notSetUp(let reason): hasher.combine(reason)
        }
    }

    /// With every path in the catalogue's spelling.
    package func canonical(in catalogue: SourceCatalogue) -> AdapterSettings {
        switch self {
        case .ready(let configuration): .ready(configuration.canonical(in: catalogue))
        case .notSetUp: self
        }
    }
}
