import LIFModel
import LIFWorkflow

/// What an operator gave, before it is held against what was asked for.
struct OperatorAnswer: Sendable {
    var output: TaskOutput
    /// What a whole record has beside the paths that were taken out of it.
    var leftOut: [FragmentPath]
    /// What the source's mapping found nothing for.
    var unmatched: [UnmatchedTarget]

    init(_ output: TaskOutput, leftOut: [FragmentPath] = [], unmatched: [UnmatchedTarget] = []) {
        self.output = output
        self.leftOut = leftOut
        self.unmatched = unmatched
    }
}
