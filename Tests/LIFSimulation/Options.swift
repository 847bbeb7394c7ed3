import Foundation

/// What the command line asks for.
struct Options {
    static let usage = """
        usage: LIFSimulation [--seeds COUNT] [--first SEED] [--seed SEED] [--sabotage NAME] [--until RULE] [--print] [--counts]

          --seeds COUNT     so many seeds, one after the other (20)
          --first SEED      the first of them; else by the clock
          --seed SEED       this seed alone
          --sabotage NAME   with a fault that is built in: \(Sabotage.allCases.map(\.rawValue).joined(separator: ", "))
          --until RULE      no further seed after one that breaks this rule
          --print           prints all that happens
          --counts          prints how much of what was seen
        """

    var count = 20
    var first = UInt64(Date().timeIntervalSince1970)
    var sabotage: Sabotage?
    var rule: Auditor.Rule?
    var isPrinted = false
    var hasCounts = false

    init(_ arguments: some Sequence<String>) {
        var words = Array(arguments)[...]
        while let word = words.popFirst() {
            switch word {
            case "--seeds": count = Self.value(&words) { Int($0) }
            case "--first": first = Self.value(&words) { UInt64($0) }
            case "--seed": (first, count) = (Self.value(&words) { UInt64($0) }, 1)
            case "--sabotage": sabotage = Self.value(&words) { Sabotage(rawValue: $0) }
            case "--until": rule = Self.value(&words) { Auditor.Rule(rawValue: $0) }
            case "--print": isPrinted = true
            case "--counts": hasCounts = true
            default: Self.stop()
            }
        }
    }

    private static func value<Value>(_ words: inout ArraySlice<String>, _ read: (String) -> Value?) -> Value {
        guard let value = words.popFirst().flatMap(read) else { stop() }
        return value
    }

    private static func stop() -> Never {
        print(usage)
        exit(2)
    }

    /// The order of a set's elements is the same in each run only if that is asked for before the process starts.
    func beginAnewIfNeeded() {
        let name = "SWIFT_DETERMINISTIC_HASHING"
        if getenv(name) != nil { return }
        setenv(name, "1", 1)
        let words = CommandLine.arguments.map { strdup($0) } + [nil]
        execv("/proc/self/exe", words)
    }
}
