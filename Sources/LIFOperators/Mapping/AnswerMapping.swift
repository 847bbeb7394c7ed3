import LIFModel

/// What becomes of a source's answer: a document of the adapters `rest` and `file`, or the rows of a table.
public struct AnswerMapping: Sendable, Hashable {
    /// Where in the answer the data lies; empty for the answer itself.
    public var data: AnswerPath
    /// Where in the answer (from its root) the age of the data stands, in ISO 8601.
    public var dataTimestamp: AnswerPath?
    /// What becomes of the data, one entry per fragment path. `nil`: what lies at `data` is a LIF record
    /// (`{"Person":[{…}]}`), and each path is a member of its person.
    public var fragments: [FragmentMapping]?

    /// By default the whole answer is a LIF record and states no age.
    public init(data: AnswerPath = .root, dataTimestamp: AnswerPath? = nil, fragments: [FragmentMapping]? = nil) {
        self.data = data
        self.dataTimestamp = dataTimestamp
        self.fragments = fragments
    }

    /// The entry for a path.
    func entry(for path: FragmentPath) -> FragmentMapping? {
        fragments?.first { LIFName.matches($0.path.entity, path.entity) }
    }
}
