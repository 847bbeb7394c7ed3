import LIFModel
import LIFWorkflow

extension JobFilter {
    private static let names = ["status", "source", "schedule", "limit", "after"]

    /// Reads `?status=&source=&schedule=&limit=&after=`.
    ///
    /// - Throws: `LIFError` `QueryParseException` for a value that cannot be meant.
    init(query parameters: some Sequence<(key: Substring, value: Substring)>) throws(LIFError) {
        self.init()
        for (name, value) in parameters {
            let text = String(value)
            switch name {
            case "status":
                guard let status = JobStatus(rawValue: text.uppercased()) else {
                    throw Self.invalid("status", JobStatus.allCases.map(\.rawValue).joined(separator: ", "))
                }
                self.status = status
            case "source": source = text
            case "schedule":
                guard let id = ScheduleID(text) else { throw Self.invalid("schedule", "the id of a schedule") }
                schedule = id
            case "limit":
                guard let number = Int(text), (1...1_000).contains(number) else {
                    throw Self.invalid("limit", "a number from 1 to 1000")
                }
                limit = number
            case "after":
                guard let id = JobID(text) else { throw Self.invalid("after", "the id of a job") }
                after = id
            default:
                throw LIFError(
                    .queryParseException,
                    "This parameter of the list of jobs is unknown. Allowed are: \(Self.names.joined(separator: ", "))."
                )
            }
        }
    }

    private static func invalid(_ name: String, _ allowed: String) -> LIFError {
        LIFError(.queryParseException, "\"\(name)\" cannot be used; it must be \(allowed).")
    }
}
