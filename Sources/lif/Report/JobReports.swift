import Foundation
import LIFJSON
import LIFModel

/// Shows the orchestrator's answers to people.
enum JobReports {
    static func table(_ jobs: [RawJSON]) -> String {
        var table = TextTable(["job", "status", "accepted", "took", "parts", "failed", "sources"])
        for job in jobs {
            let progress = job["progress"]
            table.add([
                job.shown("job_id"), job.shown("status"), job.shown("accepted_at"), took(job),
                "\(progress?.shown("done") ?? "")/\(progress?.shown("parts") ?? "")", progress?.shown("failed") ?? "",
                (job["sources"]?.elements ?? []).compactMap(\.string).joined(separator: ", "),
            ])
        }
        return table.text
    }

    static func text(_ job: RawJSON) -> String {
        var lines = [table([job]), ""]
        if let message = job["error"]?["message"]?.string { lines.append("Error: \(message)\n") }
        if job["sla_missed"]?.value().bool == true { lines.append("It missed its SLA.\n") }
        var table = TextTable(["part", "source", "outcome", "items", "took", ""])
        for (index, part) in (job["parts"]?.elements ?? []).enumerated() { table.add(row(index, part)) }
        lines.append(table.text)
        return lines.joined(separator: "\n")
    }

    static func row(_ index: Int, _ part: RawJSON) -> [String] {
        let outcome = part["outcome"]?.string ?? "waits or runs"
        let duration = part["duration_ms"].map { "\($0.text) ms" } ?? ""
        let why = part["reason"]?.string.map { "\($0): \(part["message"]?.string ?? "")" } ?? ""
        return ["\(index)", part.shown("information_source_id"), outcome, part.shown("items"), duration, why]
    }

    static func table(schedules: [RawJSON]) -> String {
        var table = TextTable(["schedule", "when", "time zone", "next", "last", "parts"])
        for schedule in schedules {
            let rule = schedule["schedule"]
            let when = rule?["cron"]?.string ?? "every \(rule?.shown("interval") ?? "")"
            table.add([
                schedule.shown("schedule_id"), when, rule?.shown("time_zone") ?? "", schedule.shown("next_due_at"),
                schedule.shown("last_fired_at"), schedule.shown("parts"),
            ])
        }
        return table.text
    }

    private static func took(_ job: RawJSON) -> String {
        guard let start = job["accepted_at"]?.string.flatMap(Date.init(iso8601:)),
            let end = job["finished_at"]?.string.flatMap(Date.init(iso8601:))
        else { return "" }
        return "\(Int((end.timeIntervalSince(start) * 1_000).rounded())) ms"
    }
}

/// Tells people of a job's parts as they land.
struct JobProgressReport {
    let parts: Int
    let isJSON: Bool
    private var done = 0
    /// How the job ended; `nil` as long as it is not known.
    private(set) var end: String?

    init(parts: Int, isJSON: Bool) {
        self.parts = parts
        self.isJSON = isJSON
    }

    mutating func tell(_ event: String, _ data: RawJSON) {
        if event == "end" { end = data["status"]?.string }
        if isJSON { return Terminal.say(data.text) }
        switch event {
        case "part":
            done += 1
            let row = JobReports.row(data["part"]?.value().number?.int ?? 0, data)
            Terminal.say("\(done)/\(parts)  part \(row.filter { !$0.isEmpty }.joined(separator: "  "))")
        case "end": Terminal.say(data.shown("status"))
        default: break
        }
    }
}

extension RawJSON {
    /// A member as a cell of a table; empty when there is none.
    fileprivate func shown(_ name: String) -> String {
        guard let member = self[name], !member.isNull else { return "" }
        return member.string ?? member.text
    }
}
