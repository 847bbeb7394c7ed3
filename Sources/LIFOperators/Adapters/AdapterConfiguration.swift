package import LIFHTTP
package import LIFModel
package import LIFWorkflow

/// What an adapter needs to reach one source: checked, with its credentials filled in.
package protocol AdapterConfiguration: Sendable, Hashable {
    /// Whether a request says of which type the learner's identifier is. Two learners may have the same number, of two types.
    var namesIdentifierType: Bool { get }

    /// The same with every path in the catalogue's spelling, which is the one that plans have.
    func canonical(in catalogue: SourceCatalogue) -> Self

    /// Makes the operator for the source.
    func makeOperator(_ services: AdapterServices) -> any TaskOperator
}

extension AdapterConfiguration {
    package var namesIdentifierType: Bool { true }
    package func canonical(in catalogue: SourceCatalogue) -> Self { self }
}

/// What the process lends to operators.
package struct AdapterServices: Sendable {
    package let http: OutgoingHTTPClient
    /// The data model that holds at the time.
    package let model: @Sendable () -> PersonModel

    package init(http: OutgoingHTTPClient, model: @escaping @Sendable () -> PersonModel) {
        self.http = http
        self.model = model
    }
}

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
