import LIFModel
import Logging
import Testing

@testable import lif

@Suite("What the log says about reloads")
struct ReloadReportTests {
    private static func fault(_ text: String) -> Result<SystemReload, LIFError> {
        .failure(LIFError(.configurationNotValid, text, blame: .us))
    }

    private static func good(isChanged: Bool = false, restart: [String] = []) -> Result<SystemReload, LIFError> {
        .success(SystemReload(sources: 2, isChanged: isChanged, needsRestart: restart))
    }

    private static let unchanged =
        "The configuration was loaded again, and nothing in it has changed: a file has changed"

    @Test("A fault is logged once, its mending is logged, and when it comes again it is logged again")
    func again() {
        var report = ReloadReport()
        for _ in 0..<3 {
            let told = report.line(for: Self.fault("One."), .change)
            #expect(told?.level == .error && told?.message.hasSuffix("the former one stays in force: One.") == true)
            #expect(report.line(for: Self.fault("One."), .change) == nil)
            let mended = report.line(for: Self.good(), .change)
            #expect(mended == ReloadReport.Line(level: .notice, message: Self.unchanged, sources: 2))
            #expect(report.line(for: Self.good(), .change) == nil)
        }
    }

    @Test("Another fault is logged, and so is the first when it comes after the other")
    func another() {
        var report = ReloadReport()
        let told = ["One.", "Two.", "Two.", "One.", "One."].map {
            report.line(for: Self.fault($0), .change).map { String($0.message.suffix(4)) }
        }
        #expect(told == ["One.", "Two.", nil, "One.", nil])
    }

    @Test("What needs a restart is logged once, and again when it was taken back and comes again")
    func restart() {
        var report = ReloadReport()
        let told = [["log.level"], ["log.level"], [], ["log.level"], ["log.level", "planner.port"]].map {
            report.line(for: Self.good(restart: $0), .change)?.level
        }
        #expect(told == [.warning, nil, .notice, .warning, .warning])
        // A fault between says nothing about what needs a restart.
        _ = report.line(for: Self.fault("One."), .change)
        let mended = report.line(for: Self.good(restart: ["log.level", "planner.port"]), .change)
        #expect(mended?.level == .warning)
    }

    @Test("A notice is logged when it comes, and again when it comes again after it was mended")
    func notices() {
        var report = ReloadReport(notices: ["A.", "B."])
        let told = [["A.", "B."], ["A.", "C."], ["C."], ["A.", "C."], ["A.", "C."]].map { report.new($0) }
        #expect(told == [[], ["C."], [], ["A."], []])
    }

    @Test("SIGHUP always has an answer", arguments: [true, false])
    func signal(isFaulty: Bool) {
        var report = ReloadReport()
        for _ in 0..<3 {
            let line = report.line(for: isFaulty ? Self.fault("One.") : Self.good(), .signal)
            #expect(line?.level == (isFaulty ? .error : .notice))
        }
    }
}
