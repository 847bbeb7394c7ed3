import LIFTesting

/// What one seed makes: how large the house is, what its sources are like, and what goes wrong.
struct Scenario: Sendable {
    /// Something that may go wrong; a scenario has some of them.
    enum Trouble: String, CaseIterable, Sendable {
        /// A process dies at any point, and another is started later.
        case crashes
        /// A process is asked to end, as by SIGTERM, and another is started later.
        case stops
        /// A process is stopped for seconds or for longer than a lease, and goes on.
        case pauses
        /// The store refuses calls.
        case storeFaults
        /// The store does what it is asked, and then fails.
        case lostAnswers
        /// The time of day is set back or forth.
        case clockJumps
        /// The sources of the configuration change.
        case reloads
        /// Sources are late, fail, hang, and have nothing.
        case sourceFaults
        /// Receivers of callbacks fail, hang, and answer too late.
        case receiverFaults
        /// Clients leave in the middle.
        case impatience
    }

    struct Source: Sendable, Equatable {
        let id: String
        var paths: [String]
        var timeToLive: Double
        var staleIfError: Double
        var staleWhileRevalidate: Double
        var limit: Int
        var retries: Int
        var timeout: Double
        var breakerFailures: Int
        /// Rises when another configuration shapes its data otherwise.
        var origin: Int
    }

    static let allPaths = ["Name", "Contact", "CredentialAward", "Proficiency"]
    /// The longest time for which any source's data may be kept fresh.
    static let longestTimeToLive = 40.0

    let seed: UInt64
    let holders: Int
    let learners: Int
    let sources: [Source]
    let troubles: Set<Trouble>
    let order: Machine.Order
    let queryClients: Int
    let jobClients: Int
    /// Seconds of the trouble; what was accepted has some more to end.
    let duration: Double
    /// Seconds by which the clocks of the holders differ from the machine's.
    let skews: [Double]
    let hasLargeQueries: Bool

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed &* 0x2545_F491_4F6C_DD1D &+ 1)
        self.seed = seed
        holders = generator.pick([1, 2, 2, 3]) ?? 1
        learners = Int.random(in: 2...4, using: &generator)
        let count = Int.random(in: 2...4, using: &generator)
        sources = (0..<count).map { Source(id: "s\($0)", &generator) }
        let likely = generator.pick([0, 20, 45, 70]) ?? 0
        var troubles: Set<Trouble> = []
        for trouble in Trouble.allCases where generator.chance(likely) { troubles.insert(trouble) }
        self.troubles = troubles
        order = generator.pick([.any, .any, .any, .oldest, .newest]) ?? .any
        queryClients = Int.random(in: 1...4, using: &generator)
        jobClients = Int.random(in: 1...3, using: &generator)
        duration = Double.random(in: 60...240, using: &generator)
        let isSkewed = generator.chance(30)
        skews = (0..<holders).map { _ in isSkewed ? Double.random(in: -10...10, using: &generator) : 0 }
        hasLargeQueries = generator.chance(15)
    }

    /// A short one without troubles but those that a built-in fault needs to show.
    init(seed: UInt64, for sabotage: Sabotage) {
        var generator = SeededGenerator(seed: seed)
        self.seed = seed
        holders = 2
        learners = 2
        sources = (0..<2).map { number in
            var source = Source(id: "s\(number)", &generator)
            source.timeToLive = 30
            source.limit = 1
            return source
        }
        switch sabotage {
        case .abandonedWork: troubles = [.crashes, .sourceFaults]
        case .formerAdapters: troubles = [.reloads]
        default: troubles = []
        }
        order = .any
        queryClients = 4
        jobClients = 3
        duration = 120
        skews = [0, 0]
        hasLargeQueries = false
    }

    func has(_ trouble: Trouble) -> Bool { troubles.contains(trouble) }

    var summary: String {
        "\(holders) holders, \(sources.count) sources, \(learners) learners, \(queryClients) + \(jobClients) clients, "
            + "\(Int(duration)) s, order \(order), troubles: "
            + (troubles.isEmpty ? "none" : troubles.map(\.rawValue).sorted().joined(separator: ", "))
    }
}

extension Scenario.Source {
    init(id: String, _ generator: inout SeededGenerator) {
        self.id = id
        paths = []
        timeToLive = 0
        (staleIfError, staleWhileRevalidate) = (0, 0)
        (limit, retries, timeout, breakerFailures) = (1, 0, 5, 0)
        origin = 0
        change(&generator)
    }

    /// As another configuration has it.
    mutating func change(_ generator: inout SeededGenerator) {
        paths = Scenario.allPaths.filter { _ in generator.chance(60) }
        if paths.isEmpty { paths = [Scenario.allPaths[0]] }
        timeToLive = generator.pick([0, 2, 10, Scenario.longestTimeToLive]) ?? 10
        staleIfError = generator.pick([0, 0, 30]) ?? 0
        staleWhileRevalidate = generator.pick([0, 0, 15]) ?? 0
        limit = generator.pick([1, 2, 4]) ?? 1
        retries = generator.pick([0, 1, 3]) ?? 0
        timeout = generator.pick([2, 5, 10]) ?? 5
        breakerFailures = generator.pick([0, 3, 5]) ?? 0
        if generator.chance(50) { origin += 1 }
    }
}
