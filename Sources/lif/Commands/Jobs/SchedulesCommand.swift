import ArgumentParser
import Foundation
import LIFHTTP
import LIFJSON
import LIFModel

struct SchedulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules", abstract: "Lists, adds and removes the plans that run on a schedule.",
        subcommands: [List.self, Add.self, Remove.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the schedules.")

        @OptionGroup var options: OrchestratorOptions

        func run() async throws {
            try await failing {
                let answer = try await options.asking { try await $0.ask(.get, "/schedules") }
                guard let schedules = answer["schedules"]?.elements else { throw OrchestratorClient.noOrchestrator }
                if options.json { return Terminal.say(answer.text) }
                Terminal.say(schedules.isEmpty ? "There are no schedules." : JobReports.table(schedules: schedules))
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a schedule from a file in the form of POST /schedules, or - for standard input.")

        @OptionGroup var options: OrchestratorOptions
        @Argument(help: "A JSON file with lif_query_plan and workflow.schedule.") var file: String

        func run() async throws {
            try await failing {
                let document = try Self.document(file)
                let answer = try await options.asking { try await $0.ask(.post, "/schedules", body: document) }
                Terminal.say(options.json ? answer.text : JobReports.table(schedules: [answer]))
            }
        }

        private static func document(_ file: String) throws -> RawJSON {
            let data: Data
            do {
                data =
                    file == "-"
                    ? try FileHandle.standardInput.readToEnd() ?? Data() : try Data(contentsOf: URL(filePath: file))
            } catch {
                throw LIFError(
                    .queryParseException, "The file \"\(file)\" cannot be read. Is it there, and may you read it?",
                    cause: error)
            }
            do {
                return try RawJSON(validating: Array(data))
            } catch {
                throw LIFError(.queryParseException, "The file \"\(file)\" is not JSON: \(error).", cause: error)
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Removes a schedule; its jobs stay.")

        @OptionGroup var options: OrchestratorOptions
        @Argument(help: "The schedule's id.") var schedule: String

        func run() async throws {
            try await failing {
                _ = try await options.asking { try await $0.ask(.delete, "/schedules/\(schedule.queryValue)") }
                Terminal.say("Removed.")
            }
        }
    }
}

extension String {
    /// Percent-encoded for a path or a query.
    var queryValue: String {
        addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-_."))) ?? ""
    }
}
