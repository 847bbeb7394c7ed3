/// The automaton of an I-Regexp as a list of instructions (Thompson's construction). It starts at the first.
struct RegexpProgram: Sendable {
    enum Instruction: Sendable {
        /// These read one scalar and go on to the next instruction.
        case character(Unicode.Scalar)
        case any
        case characters(CharacterClass)
        /// These read nothing.
        case jump(Int)
        case split(Int, Int)
        /// These read nothing and go on to the next instruction only there.
        case start
        case end
        case match
    }

    let instructions: [Instruction]
}
