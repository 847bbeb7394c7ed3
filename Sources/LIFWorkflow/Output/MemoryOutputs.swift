import LIFModel

/// What one job has in an output queue in memory.
struct MemoryOutputs: Sendable {
    private struct Attempt: Sendable {
        let number: Int
        let output: TaskOutput
    }

    private var outputs: [WorkflowTask.ID: Attempt] = [:]
    private var landed: [LandedOutcome] = []
    private(set) var summaries: [Int: OutcomeSummary] = [:]
    private var nextPosition: Int64 = 1

    init() {}

    mutating func keep(_ output: TaskOutput, task: WorkflowTask.ID, attempt: Int) {
        if let part = task.part, summaries[part] != nil { return }
        if let known = outputs[task], known.number >= attempt { return }
        outputs[task] = Attempt(number: attempt, output: output)
    }

    func output(of task: WorkflowTask.ID) -> TaskOutput? { outputs[task]?.output }

    /// - Returns: Whether it is the part's first.
    mutating func file(_ outcome: Outcome, part: Int) -> Bool {
        for task in outputs.keys.filter({ $0.part == part }) { outputs[task] = nil }
        if summaries[part] != nil { return false }
        summaries[part] = OutcomeSummary(outcome)
        landed.append(LandedOutcome(position: nextPosition, part: part, outcome: outcome))
        nextPosition += 1
        return true
    }

    var outcomes: [Int: Outcome] {
        Dictionary(landed.map { ($0.part, $0.outcome) }, uniquingKeysWith: { first, _ in first })
    }

    func sizes(_ parts: Range<Int>) -> [Int: Int] {
        let sizes = landed.lazy.filter { parts.contains($0.part) }.map { ($0.part, $0.outcome.dataBytes) }
        return Dictionary(sizes.filter { $0.1 > 0 }, uniquingKeysWith: { first, _ in first })
    }

    func landed(after position: Int64, limit: Int) -> [LandedOutcome] {
        // What is asked for is mostly the end: positions grow.
        var first = landed.endIndex
        while first > landed.startIndex, landed[first - 1].position > position { first -= 1 }
        return Array(landed[first...].prefix(max(limit, 0)))
    }
}
