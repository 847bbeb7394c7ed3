import LIFModel
import LIFOrchestrator

/// What a check of all sources has shown, for people.
struct SourcesReport {
    let checks: [SourceCheck]
    /// Of the configuration.
    let notices: [String]

    var isWell: Bool { checks.allSatisfy(\.isWell) }
    var hasNotices: Bool { !all.isEmpty }

    private var all: [String] {
        notices
            + checks.flatMap { check in check.notices.map { "source \"\(check.source.id)\": \($0)" } }
    }

    var text: String {
        var table = TextTable(["source", "adapter", "answers", ""])
        for check in checks {
            switch check.result {
            case .success(let sentence):
                table.add([check.source.id, check.source.adapterID, "yes", sentence])
            case .failure(let failure):
                table.add([
                    check.source.id, check.source.adapterID, "no",
                    "\(failure.reason.rawValue): \(failure.message)",
                ])
            }
        }
        if all.isEmpty { return table.text }
        return "\(table.text)\n\n\(Counted(all.count, "notice")):\n"
            + all.map { "  \($0)" }.joined(separator: "\n")
    }
}
