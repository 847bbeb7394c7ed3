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
