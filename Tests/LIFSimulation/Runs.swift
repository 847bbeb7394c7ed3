import CSimulation
import Foundation

/// Runs seeds, each in a process of its own: what one leaves does not change the next.
struct Runs {
    let options: Options

    init(_ options: Options) { self.options = options }

    /// - Returns: Whether no rule was broken.
    func run() -> Bool {
        let start = Date()
        var failed: [UInt64] = []
        for seed in options.first..<options.first + UInt64(options.count) {
            // Else the child would write what the parent has to write, too.
            fflush(nil)
            let child = simulation_fork()
            if child == 0 { exit(report(seed).rawValue) }
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            if status != 0 {
                if status & 0x7f != 0 { print("seed \(seed) ended by signal \(status & 0x7f)") }
                failed.append(seed)
            }
            if (status >> 8) & 0xff == Result.isFound.rawValue { break }
        }
        let seconds = Date().timeIntervalSince(start)
        let rate = String(format: "%.1f", Double(options.count) / seconds)
        print(
            "\(options.count) seeds from \(options.first) on in \(Int(seconds)) s (\(rate) in a second), \(failed.count) failed"
        )
        if !failed.isEmpty { print("failed: \(failed.map(String.init).joined(separator: ", "))") }
        return failed.isEmpty
    }

    /// Exit codes of one seed's process.
    private enum Result: Int32 {
        case well, isBroken
        /// The rule that was looked for is among the broken ones.
        case isFound
    }

    private func report(_ seed: UInt64) -> Result {
        let simulation = Simulation(
            scenario: options.sabotage.map { Scenario(seed: seed, for: $0) } ?? Scenario(seed: seed),
            sabotage: options.sabotage, isPrinted: options.isPrinted)
        let report = simulation.run()
        if !report.violations.isEmpty, !options.isPrinted, options.sabotage == nil {
            for line in report.lastLines { print(line) }
        }
        for rule in Auditor.Rule.allCases {
            for violation in report.violations.filter({ $0.rule == rule }).prefix(5) {
                print("seed \(seed) breaks \(violation)")
            }
        }
        if options.hasCounts {
            let counts = report.counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            print("seed \(seed) counts: \(counts.joined(separator: ", "))")
        }
        let used = String(format: "%.2f", Double(simulation_used_processor_time()) / 1e9)
        print(
            "seed \(seed): \(report.violations.isEmpty ? "well" : "BROKEN"), \(Int(report.virtualSeconds)) s in \(used) s, "
                + "\(report.accepted) accepted, \(report.jobs) jobs, trace \(String(report.trace, radix: 16))")
        if report.violations.isEmpty { return .well }
        return report.violations.contains { $0.rule == options.rule } ? .isFound : .isBroken
    }
}
