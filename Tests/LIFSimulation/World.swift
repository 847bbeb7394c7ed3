import LIFTesting
import Synchronization

/// What all in a simulation share beside the machine: what is random, what is going on, what was seen.
final class World: Sendable {
    /// What goes wrong just now.
    struct Weather: Sendable {
        /// How many of a hundred calls a store refuses.
        var storeFaults = 0
        /// How many of a hundred calls a store answers with an error after it has done them.
        var lostAnswers = 0
        /// How long a store takes at most, in seconds.
        var storeDelay = 0.004
        /// How many of a hundred fetches fail, by source; `nil` for a source that hangs.
        var sourceFaults: [String: Int] = [:]
        var hanging: Set<String> = []
        var receiverFaults = 0
        /// Nothing goes wrong any more.
        var isHealed = false
    }

    let scenario: Scenario
    let sabotage: Sabotage?
    let audit: Mutex<Auditor>
    private let generator: Mutex<SeededGenerator>
    private let weatherNow = Mutex(Weather())
    private let lastNumber = Mutex(0)
    private let lines = Mutex<(kept: [String], isPrinted: Bool)>(([], false))
    private let versionCounters = Mutex<[Key: Int]>([:])
    private let laterReadings = Mutex<[@Sendable () async -> Void]>([])
    let machine = Machine.shared

    init(_ scenario: Scenario, sabotage: Sabotage?, isPrinted: Bool) {
        self.scenario = scenario
        self.sabotage = sabotage
        generator = Mutex(SeededGenerator(seed: scenario.seed ^ 0x5DEE_CE66))
        audit = Mutex(Auditor(scenario))
        lines.withLock { $0.isPrinted = isPrinted }
    }

    var now: Double { machine.now }
    var weather: Weather { weatherNow.withLock { $0 } }
    func change(_ change: (inout Weather) -> Void) { weatherNow.withLock { change(&$0) } }

    // MARK: - Chance

    func chance(_ percent: Int) -> Bool { percent > 0 && generator.withLock { $0.chance(percent) } }
    func random(_ range: ClosedRange<Double>) -> Double {
        generator.withLock { Double.random(in: range, using: &$0) }
    }
    func random(_ range: ClosedRange<Int>) -> Int { generator.withLock { Int.random(in: range, using: &$0) } }
    func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[random(0...elements.count - 1)]
    }
    /// Another configuration of a source.
    func changed(_ source: Scenario.Source) -> Scenario.Source {
        generator.withLock { generator in
            var source = source
            source.change(&generator)
            return source
        }
    }

    /// A number that nobody else has.
    func nextNumber() -> Int {
        lastNumber.withLock { last in
            last += 1
            return last
        }
    }

    func sleep(_ seconds: Double) async throws { try await Task.sleep(for: .seconds(seconds)) }

    // MARK: - What happens

    /// Notes what happened, in words.
    func note(_ text: @autoclosure () -> String) {
        let line = Self.clock(now) + "  " + text()
        machine.mark(line)
        lines.withLock { lines in
            if lines.isPrinted { print(line) }
            lines.kept.append(line)
            if lines.kept.count > 4_000 { lines.kept.removeFirst(2_000) }
        }
    }

    func lastLines(_ count: Int) -> [String] { lines.withLock { Array($0.kept.suffix(count)) } }

    /// Tells the auditor what a client saw or a source served.
    func saw(_ event: Observation) {
        let found = audit.withLock { $0.take(event, at: now) }
        for violation in found { note("!! \(violation)") }
    }

    var hasFailed: Bool { audit.withLock { !$0.violations.isEmpty } }

    private static func clock(_ seconds: Double) -> String {
        let milliseconds = Int(seconds * 1_000)
        let fraction = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    /// What is read once more when the clients are done.
    var readings: [@Sendable () async -> Void] { laterReadings.withLock { $0 } }
    func readLater(_ reading: @escaping @Sendable () async -> Void) { laterReadings.withLock { $0.append(reading) } }

    // MARK: - The truth at the sources

    /// What a source has at a key now: each version is newer than those before.
    func version(of key: Key) -> Int { versionCounters.withLock { $0[key, default: 1] } }

    func raiseVersion(of key: Key) { versionCounters.withLock { $0[key, default: 1] += 1 } }
}

/// One branch of one learner's record at one source.
struct Key: Hashable, Sendable, CustomStringConvertible {
    let learner: Int
    let source: String
    let path: String

    var description: String { "learner \(learner), \(source), \(path)" }
}

/// Data as a client has it: what it claims to be.
struct Item: Hashable, Sendable, CustomStringConvertible {
    let key: Key
    let version: Int
    /// Of the source, as the configuration had it when it was fetched.
    let origin: Int

    var description: String { "\(key), version \(version), origin \(origin)" }
}
