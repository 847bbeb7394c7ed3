/// Runs the automaton over a text: all states that are possible, one scalar after the other. Nothing is tried twice.
struct RegexpAutomaton {
    private let program: RegexpProgram
    /// The states before the next scalar that read one, each once.
    private var states: [Int] = []
    private var nextStates: [Int] = []
    /// Round in which a state was entered last.
    private var entered: [Int]
    private var round = 0
    /// How many states were entered in it.
    private var entries = 0
    private var isMatch = false
    private var pending: [Int] = []

    init(_ program: RegexpProgram) {
        self.program = program
        entered = Array(repeating: 0, count: program.instructions.count)
    }

    /// - Parameter anchored: The whole text must match; otherwise some part of it.
    mutating func run(over text: String, anchored: Bool, work: inout WorkBudget) throws(JSONPathError) -> Bool {
        try work.spend(1 + program.instructions.count / 16)
        var scalars = text.unicodeScalars.makeIterator()
        var next = scalars.next()
        round = 1
        enter(0, isStart: true, isEnd: next == nil)
        swap(&states, &nextStates)
        while let scalar = next {
            if isMatch && !anchored { return true }
            if states.isEmpty && anchored { return false }
            next = scalars.next()
            try step(scalar, anchored: anchored, isEnd: next == nil, work: &work)
        }
        return isMatch
    }

    private mutating func step(
        _ scalar: Unicode.Scalar, anchored: Bool, isEnd: Bool, work: inout WorkBudget
    ) throws(JSONPathError) {
        round += 1
        entries = 0
        isMatch = false
        nextStates.removeAll(keepingCapacity: true)
        for state in states where reads(scalar, state) { enter(state + 1, isStart: false, isEnd: isEnd) }
        if !anchored { enter(0, isStart: false, isEnd: isEnd) }
        try work.spend(1 + (states.count + entries) / 8)
        swap(&states, &nextStates)
    }

    private func reads(_ scalar: Unicode.Scalar, _ state: Int) -> Bool {
        switch program.instructions[state] {
        case .character(let expected): expected == scalar
        case .any: scalar != "\n" && scalar != "\r"
        case .characters(let set): set.contains(scalar)
        case .jump, .split, .start, .end, .match: false
        }
    }

    /// Follows everything that reads nothing. The states still to follow are kept here and not on the stack.
    private mutating func enter(_ state: Int, isStart: Bool, isEnd: Bool) {
        pending.append(state)
        while let state = pending.popLast() {
            guard entered[state] != round else { continue }
            entered[state] = round
            entries += 1
            switch program.instructions[state] {
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .start: if isStart { pending.append(state + 1) }
            case .end: if isEnd { pending.append(state + 1) }
            case .match: isMatch = true
            case .character, .any, .characters: nextStates.append(state)
            }
        }
    }
}
