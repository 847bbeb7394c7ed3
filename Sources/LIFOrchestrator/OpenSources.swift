public import LIFModel
public import LIFWorkflow

/// Sources that plans may name though the configuration does not have them, as deployed orchestrators take them.
///
/// An implementation bounds how many there can be: each has a pool, a circuit breaker and metrics of its own.
public protocol OpenSources: Sendable {
    /// Those that can be named without a plan: for a check whether they answer.
    var known: [InformationSource] { get }

    /// Whether a plan may name the source with this adapter.
    ///
    /// - Throws: `LIFError` `OperatorNotFoundException` that says what to set.
    func admit(_ sourceID: String, adapterID: String) throws(LIFError)

    /// Makes the operator for a source, as a plan has it.
    ///
    /// - Throws: `LIFError` `OperatorNotFoundException` that says what to set.
    func adapter(of source: InformationSource) throws(LIFError) -> any TaskOperator
}

extension InformationSource {
    /// A source that only a plan names: what the part says of it is all that is known.
    init(open part: QueryPlanPart, fragmentPaths: [FragmentPath]) {
        self.init(
            id: part.informationSourceID, adapterID: part.adapterID, timeToLive: .zero, fragmentPaths: fragmentPaths,
            translation: part.translation)
    }
}
