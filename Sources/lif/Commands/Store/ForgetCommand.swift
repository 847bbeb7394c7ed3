import ArgumentParser
import LIFConfiguration
import LIFModel
import LIFNeighbours
import LIFStores

struct ForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Removes everything about a learner from the store, also while servers run.",
        discussion: """
            Exit code 2 when work for the learner still runs: repeat the command when it has ended. Backups, and the \
            store that a restore has kept, are not touched; `lif restore` forgets the learner again. A LIF Cache, an Identity Mapper and an Orchestrator \
            elsewhere keep their own copies: the command names those that are configured.
            """)

    @OptionGroup var options: StoreOptions
    @Argument(help: "The learner, as TYPE:IDENTIFIER, such as SCHOOL_ASSIGNED_NUMBER:100001.") var learner: String

    func run() async throws {
        try await failing {
            let learner = try Self.identifier(learner)
            var hasPending = false
            try await options.withStore { stores, configuration in
                let result = try await stores.database.forget(.learner(learner), configuration.identityScope)
                Self.report(result)
                for place in Self.copiesElsewhere(configuration) {
                    Terminal.say("Not removed: the learner's data in \(place). Remove it there.")
                }
                hasPending = result.hasPending
            }
            if hasPending { throw ExitCode(2) }
        }
    }

    /// What may hold something of the learner and is not ours to remove from.
    private static func copiesElsewhere(_ configuration: SystemConfiguration) -> [String] {
        var places: [String] = []
        if let cache = configuration.lifCache { places.append("the LIF Cache at \(cache.baseURL)") }
        if case .remote(let mapper) = configuration.identityMapper {
            places.append("the Identity Mapper at \(mapper.baseURL)")
        }
        if let orchestrator = configuration.remoteOrchestrator {
            places.append("the Orchestrator at \(orchestrator.url)")
        }
        return places
    }

    private static func identifier(_ text: String) throws -> LearnerIdentifier {
        guard let colon = text.firstIndex(of: ":") else {
            throw LIFError(
                .queryNotValid, "The learner must be TYPE:IDENTIFIER, such as SCHOOL_ASSIGNED_NUMBER:100001.")
        }
        return try LearnerIdentifier(
            validating: String(text[text.index(after: colon)...]), identifierType: String(text[..<colon]),
            code: .queryNotValid)
    }

    private static func report(_ result: Forgotten) {
        let removed = [
            (result.fragments, Counted(result.fragments, "fragment")),
            (
                result.requests,
                Counted(result.requests, "answer of an asynchronous query", "answers of asynchronous queries")
            ),
            (result.jobs, Counted(result.jobs, "job")),
            (result.runs, Counted(result.runs, "run at another orchestrator", "runs at another orchestrator")),
            (result.mappings, Counted(result.mappings, "identity mapping", "identity mappings")),
        ]
        for (count, what) in removed where count > 0 { Terminal.say("Removed: \(what).") }
        if removed.allSatisfy({ $0.0 == 0 }) { Terminal.say("The store had nothing about the learner.") }
        if result.hasPending {
            Terminal.say(
                "Still running: \(Counted(result.pendingJobs, "job")), "
                    + "\(Counted(result.pendingRequests, "query", "queries")). Repeat the command when that has ended.")
        }
        for schedule in result.schedules {
            Terminal.say(
                "Schedule \(schedule.text) names the learner and fetches their data again. Remove it with "
                    + "`lif schedules remove \(schedule.text)`.")
        }
        if !result.isLogEmpty {
            Terminal.say(
                "The servers are busy: the last traces leave lif.sqlite-wal with their next writes, or repeat the command."
            )
        }
    }
}
