public import LIFModel
public import LIFOperators

/// A named data pipeline: an adapter and what is done with its fragments then.
public struct PipelineConfiguration: Sendable, Hashable {
    /// What is done with the fragments at one point of a pipeline.
    public enum Step: Sendable, Hashable {
        /// Takes these fields away.
        case remove([FieldPath])
        /// Of the fragments that are named, leaves only these fields; others stay whole.
        case keep([FieldPath])
        /// Puts one text in the place of each value of these fields.
        case mask([FieldPath], with: String)
        /// Gives the fragments to a program, and goes on with what it answers.
        case command(CommandConfiguration)
    }

    /// One of ours or of `operators`.
    public var adapterID: String
    /// In the order in which they run.
    public var steps: [Step]

    /// An adapter and the steps after it, in the order in which they run.
    public init(adapterID: String, steps: [Step]) {
        self.adapterID = adapterID
        self.steps = steps
    }

    /// Whether a step may give identifiers other values. What removes them leaves nothing that could be taken for another learner's.
    var rewritesIdentifiers: Bool {
        steps.contains { step in
            switch step {
            case .mask, .command: true
            case .remove, .keep: false
            }
        }
    }
}
