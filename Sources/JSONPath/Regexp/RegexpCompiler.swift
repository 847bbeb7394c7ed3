/// Turns the syntax tree of an I-Regexp into an automaton. Bounded repetitions are written out, up to a limit.
struct RegexpCompiler {
    private let limit: Int
    private var instructions: [RegexpProgram.Instruction] = []
    /// Nodes written out, also those that need no instruction: `(){1000000}` must end, too.
    private var work = 0

    init(limit: Int) { self.limit = limit }

    mutating func program(for node: RegexpNode) throws(IRegexpError) -> RegexpProgram {
        try emit(node)
        try append(.match)
        return RegexpProgram(instructions: instructions)
    }

    private mutating func emit(_ node: RegexpNode) throws(IRegexpError) {
        work += 1
        guard work <= limit else { throw .tooLarge(limit: limit) }
        switch node {
        case .character(let scalar): try append(.character(scalar))
        case .any: try append(.any)
        case .characters(let set): try append(.characters(set))
        case .start: try append(.start)
        case .end: try append(.end)
        case .sequence(let nodes):
            for node in nodes { try emit(node) }
        case .choice(let branches): try emit(choice: branches)
        case .repeated(let node, let minimum, let maximum): try emit(node, minimum: minimum, maximum: maximum)
        }
    }

    private mutating func emit(choice branches: [RegexpNode]) throws(IRegexpError) {
        var jumps: [Int] = []
        for branch in branches.dropLast() {
            let split = try append(.split(0, 0))
            try emit(branch)
            jumps.append(try append(.jump(0)))
            instructions[split] = .split(split + 1, instructions.count)
        }
        if let last = branches.last { try emit(last) }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func emit(_ node: RegexpNode, minimum: Int, maximum: Int?) throws(IRegexpError) {
        for _ in 0..<minimum { try emit(node) }
        guard let maximum else {
            let split = try append(.split(0, 0))
            try emit(node)
            try append(.jump(split))
            instructions[split] = .split(split + 1, instructions.count)
            return
        }
        // x{0,3} is (x(x(x)?)?)?: each optional one skips all that follow.
        var splits: [Int] = []
        for _ in minimum..<maximum {
            splits.append(try append(.split(0, 0)))
            try emit(node)
        }
        for split in splits { instructions[split] = .split(split + 1, instructions.count) }
    }

    @discardableResult
    private mutating func append(_ instruction: RegexpProgram.Instruction) throws(IRegexpError) -> Int {
        guard instructions.count < limit else { throw .tooLarge(limit: limit) }
        instructions.append(instruction)
        return instructions.count - 1
    }
}
