import ArgumentParser
import LIFHTTP
import LIFJSON
import LIFModel

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "Shows the orchestrator's jobs, and cancels or retries them.",
        subcommands: [List.self, Show.self, Result.self, Watch.self, Cancel.self, Retry.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists jobs, newest first.")

        @OptionGroup var options: OrchestratorOptions
        @Option(help: "Only jobs that are STARTING, RUNNING, COMPLETED or FAILED.")
        var status: String?
        @Option(help: "Only jobs with a part of this information source.")
        var source: String?
        @Option(help: "How many at most, 1 to 1000.")
        var limit = 20

        func run() async throws {
            try await failing {
                var query = ["limit=\(limit)"]
                if let status { query.append("status=\(status.queryValue)") }
                if let source { query.append("source=\(source.queryValue)") }
                let answer = try await options.asking {
                    try await $0.ask(.get, "/jobs?" + query.joined(separator: "&"))
                }
                guard let jobs = answer["jobs"]?.elements else { throw OrchestratorClient.noOrchestrator }
                if options.json { return Terminal.say(answer.text) }
                Terminal.say(jobs.isEmpty ? "No jobs found." : JobReports.table(jobs))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the outcomes of a job's parts, and its log.")

        @OptionGroup var options: OrchestratorOptions
        @Argument(help: "The job's id.") var job: String
        @Flag(help: "Show the job's log too.") var log = false
        @Flag(help: "Show the job's workflow graph as Mermaid.") var graph = false

        func run() async throws {
            try await failing {
                try await options.asking { client in
                    let answer = try await client.ask(.get, "/jobs/\(job.queryValue)")
                    Terminal.say(options.json ? answer.text : JobReports.text(answer))
                    if log {
                        Terminal.say(
                            "\n" + (try await client.text("/jobs/\(job.queryValue)/log", accept: "text/plain")))
                    }
                    if graph {
                        Terminal.say(
                            "\n" + (try await client.text("/jobs/\(job.queryValue)/graph", accept: "text/vnd.mermaid")))
                    }
                }
            }
        }
    }

    struct Result: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints a finished job's results as JSON.")

        @OptionGroup var options: OrchestratorOptions
        @Argument(help: "The job's id.") var job: String
        @Flag(help: "Acknowledge the results: they may then be removed soon.") var acknowledge = false

        func run() async throws {
            try await failing {
                try await options.asking { client in
                    let answer = try await client.ask(.get, "/jobs/\(job.queryValue)/result")
                    Terminal.say((answer["result"] ?? answer).text)
                    if acknowledge { _ = try await client.ask(.delete, "/jobs/\(job.queryValue)/result") }
                }
            }
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows each part of a job as it lands, until its end. Exit code 1 when it fails.")

        @OptionGroup var options: OrchestratorOptions
        @Argument(help: "The job's id.") var job: String

        func run() async throws {
            try await failing {
                try await options.asking { client in
                    let parts = try await client.ask(.get, "/jobs/\(job.queryValue)")["progress"]?["parts"]?.value()
                        .number
                    var progress = JobProgressReport(parts: parts?.int ?? 0, isJSON: options.json)
                    try await client.events(of: job.queryValue) { name, data in progress.tell(name, data) }
                    guard let end = progress.end else { throw Self.brokenOff }
                    if end == "FAILED" { throw ExitCode.failure }
                }
            }
        }

        private static let brokenOff = LIFError(
            .neighbourNotAvailable,
            "The events broke off before the job had ended. The job goes on when the orchestrator runs again: watch "
                + "the job then.", blame: .source)
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancels a job and stops its running tasks. A job that has ended does not change.")

        @OptionGroup var options: OrchestratorOptions
        @Argument(help: "The job's id.") var job: String

        func run() async throws {
            try await failing {
                let answer = try await options.asking { try await $0.ask(.delete, "/jobs/\(job.queryValue)") }
                Terminal.say(options.json ? answer.text : JobReports.text(answer))
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Runs the failed parts of a job again.")

        @OptionGroup var options: OrchestratorOptions
        @Argument(help: "The job's id.") var job: String

        func run() async throws {
            try await failing {
                let answer = try await options.asking { try await $0.ask(.post, "/jobs/\(job.queryValue)/retry") }
                Terminal.say(options.json ? answer.text : JobReports.text(answer))
            }
        }
    }
}
