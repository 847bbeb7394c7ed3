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

    /// Whether the source failed at each of these paths, by what says something about the source.
    func failed(at paths: [FragmentPath]) -> Bool {
        paths.allSatisfy { output.failures[$0]?.reason.countsAgainstSource == true }
    }
}
