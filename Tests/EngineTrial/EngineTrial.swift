import Foundation
import LIFConfiguration
import LIFEmbeddedEngine
import LIFHTTP
import LIFJSON
import LIFModel
import LIFOperators
import LIFOrchestrator
import LIFSQLite
import LIFServer
import LIFStores
import LIFTesting
import LIFWorkflow
import Logging

/// The processes of tests with an engine elsewhere: an orchestrator whose jobs run at a `LoopbackServer`, and its workers. They end with
/// the process that has started them, which holds their standard input.
///
/// `engine-trial orchestrator CONFIG ENGINE-URL`, `engine-trial task CONFIG ENGINE-URL JOB TASK EPOCH`
@main
struct EngineTrial {
    static func main() async throws {
        Thread.detachNewThread {
            while let data = try? FileHandle.standardInput.read(upToCount: 4_096), !data.isEmpty {}
            exit(0)
        }
        let words = Array(CommandLine.arguments.dropFirst())
        let configuration = try await SystemConfiguration.load(
            file: words[1], adapters: Adapters.all, environment: [:], isOrchestratorAlone: true)
        let trial = EngineTrial(configuration: configuration, http: OutgoingHTTPClient(), url: words[2])
        if words[0] == "task", let job = JobID(words[3]), let epoch = Int(words[5]) {
            try await trial.work(on: WorkflowTask.ID(words[4]), of: job, epoch: epoch)
        } else {
            try await trial.serve()
        }
    }

    let configuration: SystemConfiguration
    let http: OutgoingHTTPClient
    let url: String

    private func orchestrator(_ stores: OrchestratorStores) -> Orchestrator {
        Orchestrator(
            configuration: configuration.orchestrator, registry: configuration.registry(http: http),
            scheduler: EmbeddedEngine(), engine: LoopbackEngine(link: { try await ask($0) }), stores: stores)
    }

    private func ask(_ request: JSONValue) async throws -> JSONValue {
        let response: OutgoingResponse
        do {
            response = try await http.send(
                OutgoingRequest(.post, url: url, body: Array(RawJSON(request).bytes), timeout: .seconds(10)))
        } catch {
            // It may have been taken.
            throw LoopbackServer.Silence.answerLost
        }
        switch response.status {
        case 200: return try JSONParser.parse(response.body)
        case 503: throw LoopbackServer.Silence.away
        default: throw LoopbackServer.Silence.answerLost
        }
    }

    private func work(on task: WorkflowTask.ID, of job: JobID, epoch: Int) async throws {
        let stores = try LIFStores.sqlite(folder: folder)
        let orchestrator = orchestrator(stores.orchestrator(maximumItemBytes: configuration.maximumOutcomeBytes))
        let end = try await orchestrator.execute(task, of: job, epoch: epoch)
        print("\(end)")
        await orchestrator.shutdown()
        try await stores.database.close()
        try await http.shutdown()
    }

    private var folder: URL { URL(filePath: configuration.stateDirectory, directoryHint: .isDirectory) }

    private func serve() async throws {
        let stores = try LIFStores.sqlite(folder: folder, takesPart: true)
        let orchestrator = orchestrator(stores.orchestrator(maximumItemBytes: configuration.maximumOutcomeBytes))
        try await orchestrator.recover()
        let listener = configuration.orchestratorListener
        let server = ComponentServer.orchestrator(
            orchestrator, listener, logger: Logger(label: "engine-trial"),
            isReady: { try await stores.checkReady() }, metrics: { [] },
            onRunning: { port in
                FileHandle.standardOutput.write(Data("Orchestrator at http://127.0.0.1:\(port)\n".utf8))
            })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await orchestrator.keepHouse() }
            group.addTask { try await ListeningService(server, .orchestrator, at: listener).run() }
            try await group.waitForAll()
        }
    }
}
