import Foundation
import LIFEmbeddedEngine
import LIFHTTP
import LIFJSON
import LIFModel
import LIFSQLite
import LIFTesting
import LIFWorkflow
import Testing

// The code of docs/guides/test-your-own-parts.md. `ReadmeExampleTests` compares them.

struct SkillsService: TaskOperator {
    let url: String
    let token: Secret
    let http: OutgoingHTTPClient
    var requestTimeout = Duration.seconds(30)

    func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        let number = part.learner.identifier.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let answer = try await get("/people/\(number)")
        if answer.status == 404 { return OperatorReport(learnerKnown: false) }
        guard let person = try? RawJSON(validating: answer.body) else {
            throw LIFError.source(.invalidAnswer, "The skills service's answer is not valid JSON.")
        }
        for path in part.fragmentPaths {
            guard let member = person.member(named: path.entity), let content = FragmentContent(member: member) else {
                continue
            }
            try await emit(.fragment(Fragment(path: path, content: content)))
        }
        return OperatorReport(learnerKnown: true)
    }

    func check() async throws -> String { "answers (HTTP \(try await get("/health").status))" }

    private func get(_ path: String) async throws -> OutgoingResponse {
        let request = OutgoingRequest(
            url: url + path, headers: [("Authorization", "Bearer \(token.reveal())")], timeout: requestTimeout,
            maximumBodyBytes: 1 << 20)
        let answer: OutgoingResponse
        do throws(OutgoingHTTPError) {
            answer = try await http.send(request)
        } catch {
            try Task.checkCancellation()
            throw HTTPFailure(error, of: .source).error("The skills service")
        }
        guard answer.isSuccess || answer.status == 404 else {
            throw HTTPFailure(answer, of: .source).error("The skills service")
        }
        return answer
    }
}

@Suite struct SkillsServiceTests {
    static func conformance() throws -> AdapterConformance {
        let sample = AdapterSample(
            learner: LearnerIdentifier(identifier: "learner100001", identifierType: "SCHOOL_ASSIGNED_NUMBER"),
            fragments: [
                try fragment("Proficiency", #"[{"name":"Welding"},{"name":"First aid"}]"#),
                try fragment("Name", #"[{"firstName":"Ada"}]"#),
            ],
            emptyPath: FragmentPath(entity: "Contact"),
            stranger: LearnerIdentifier(identifier: "learner100002", identifierType: "SCHOOL_ASSIGNED_NUMBER"),
            secrets: ["t0k-of-the-service", "what it says"])
        return AdapterConformance(sample) { behaviour, body in
            try await SourceServer.with(behaviour, secret: "what it says", to: { $0.target != "/health" }) { asked in
                if asked.target == "/health" { return .status(200) }
                guard asked.target == "/people/learner100001" else { return .status(404) }
                return .json(
                    #"{"Proficiency":[{"name":"Welding"},{"name":"First aid"}],"Name":[{"firstName":"Ada"}],"Contact":[]}"#
                )
            } _: { server in
                let http = OutgoingHTTPClient()
                var adapter = SkillsService(url: server.url, token: Secret("t0k-of-the-service"), http: http)
                if behaviour == .tooSlow { adapter.requestTimeout = .milliseconds(200) }
                try await body(
                    AdapterTrial(
                        adapter, requestCount: { server.asked.count { $0.target != "/health" } },
                        isLeft: { server.leftCount > 0 }))
                try await http.shutdown()
            }
        }
    }

    @Test("The adapter of the skills service keeps its contract", arguments: try conformance().checks)
    func keepsItsContract(_ check: ConformanceCheck) async throws { try await check.run() }
}

func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "own-parts-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
}

@Suite struct OwnJournalTests {
    @Test("The journal does as its model", arguments: ModelSeeds.some(3))
    func doesAsItsModel(seed: UInt64) async throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try LIFDatabase(folder: folder)
        // In the place of SQLiteJournal stands the journal of your own database.
        var comparison = JournalComparison(SQLiteJournal(database), seed: seed)
        try await comparison.run(calls: 300)
        try await database.close()
    }
}

@Suite struct OwnStoreTests {
    @Test("The fragment store keeps its contract")
    func fragmentStore() async throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        // Each check gets an empty store, or two on the same data, as two processes have them.
        let conformance = FragmentStoreConformance {
            try SQLiteFragmentStore(LIFDatabase(folder: try subfolder(of: folder)))
        } makePair: {
            let shared = try subfolder(of: folder)
            return (
                try SQLiteFragmentStore(LIFDatabase(folder: shared)),
                try SQLiteFragmentStore(LIFDatabase(folder: shared))
            )
        }
        try await conformance.run()
    }
}

private func subfolder(of folder: URL) throws -> URL {
    let new = folder.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: new, withIntermediateDirectories: true)
    return new
}

@Suite struct OwnEngineTests {
    // In the place of SchedulerEngine stands the engine of your own.
    @Test(
        "The engine keeps its contract",
        arguments: WorkflowEngineConformance { executor in
            .init(SchedulerEngine(EmbeddedEngine(), executor: executor))
        }.checks)
    func keepsItsContract(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test("The scheduler keeps its contract", arguments: TaskSchedulerConformance { EmbeddedEngine(limits: $0) }.checks)
    func schedules(_ check: ConformanceCheck) async throws { try await check.run() }
}
