import Foundation
import LIFHTTP
import LIFJSON
import LIFPartner
import Logging
import ServiceLifecycle
import Synchronization

/// A home organisation in a folder of its own, with partners whose servers run in the test and can be told to misbehave.
final class Home: Sendable {
    let folder: URL
    let http = OutgoingHTTPClient()
    /// What is to be ended with the home, in the order in which it was begun.
    private let ends: Mutex<[@Sendable () async -> Void]> = Mutex([])
    private let processes: Mutex<[LIFProcess]> = Mutex([])

    struct Partner: Sendable {
        let id: String
        let server: PartnerServer
        let port: Int
        let group: ServiceGroup
        let task: Task<Void, any Error>

        /// Stops the partner's server and returns when it has.
        func stop() async {
            await group.triggerGracefulShutdown()
            _ = await task.result
        }
    }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "lif-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// A home for the time of the work; whatever becomes of it, nothing that it has started is left.
    static func during(_ work: (Home) async throws -> Void) async throws {
        let home = try Home()
        do {
            try await work(home)
        } catch {
            for process in home.processes.withLock({ $0 }) { print("a test failed: \(await process.lastWords())") }
            try? await home.close()
            throw error
        }
        try await home.close()
    }

    func atEnd(_ end: @escaping @Sendable () async -> Void) { ends.withLock { $0.append(end) } }

    /// Ends what the test has started.
    func close(_ partners: [Partner] = []) async throws {
        for end in ends.withLock({ $0.reversed() }) { await end() }
        for partner in partners { await partner.stop() }
        try await http.shutdown()
        try? FileManager.default.removeItem(at: folder)
    }

    static let records = LIFProcess.checkout.appending(path: "Examples/three-organisations")

    /// Serves an organisation's records on a free port.
    func partner(_ id: String, delay: Duration = .zero, fault: PartnerFault? = nil) async throws -> Partner {
        var configuration = PartnerServer.Configuration()
        configuration.delay = delay
        configuration.fault = fault
        let server = try PartnerServer(
            folder: Self.records.appending(path: id).path, configuration: configuration)
        var logger = Logger(label: "partner")
        logger.logLevel = .critical
        let group = ServiceGroup(services: [server], logger: logger)
        let task = Task { try await group.run() }
        guard let port = await server.port() else { throw CancellationError() }
        return Partner(id: id, server: server, port: port, group: group, task: task)
    }

    static let paths = ["Identifier", "Name", "Contact", "CredentialAward", "CourseLearningExperience", "Proficiency"]

    /// Writes the configuration with the partners as sources, and gives its path.
    func configuration(_ sources: [(id: String, port: Int)], settings: String = "", sourceSettings: String = "") throws
        -> String
    {
        let text = sources.map { Self.yaml($0.id, port: $0.port, sourceSettings) }.joined()
        return try configuration(sources: text, settings: settings)
    }

    /// A partner's block in a configuration file.
    static func yaml(_ id: String, port: Int, _ settings: String = "") -> String {
        """
          - information_source_id: "\(id)"
            information_source_organization: "\(id)"
            adapter_id: "lif-to-lif"
            ttl_hours: 24
            connection: {scheme: http, host: "127.0.0.1:\(port)"}
            lif_fragment_paths: [\(paths.map { "Person.\($0)" }.joined(separator: ", "))]
        \(settings.isEmpty ? "" : "    \(settings)\n")
        """
    }

    /// Writes the configuration with sources as YAML, and gives its path. A file that is there is replaced at once.
    @discardableResult
    func configuration(sources: String, settings: String = "") throws -> String {
        var text = settings
        if !settings.contains("state_dir:") { text += "state_dir: \(folder.appending(path: "state").path)\n" }
        if !settings.contains("planner:") { text += "planner: {port: 0}\n" }
        if !settings.contains("orchestrator:") { text += "orchestrator: {port: 0}\n" }
        text += "information_sources:\n" + sources
        let file = folder.appending(path: "lif.yaml")
        try Data(text.utf8).write(to: file, options: .atomic)
        return file.path
    }

    struct Server {
        let process: LIFProcess
        let planner: String
        let orchestrator: String
    }

    func serve(_ configuration: String, environment: [String: String] = [:]) async throws -> Server {
        let process = try begin(["serve", "--config", configuration, "--stop-with-parent"], environment: environment)
        return Server(
            process: process, planner: try await process.said("Query Planner at "),
            orchestrator: try await process.said("Orchestrator at "))
    }

    /// An orchestrator alone: of these any number share a state folder.
    func serveOrchestrator(_ configuration: String) async throws -> Server {
        let process = try begin([
            "serve", "--config", configuration, "--role", "orchestrator", "--stop-with-parent",
        ])
        return Server(process: process, planner: "", orchestrator: try await process.said("Orchestrator at "))
    }

    /// A planner alone, which uses another process's orchestrator.
    func servePlanner(_ configuration: String, orchestrator: String) async throws -> Server {
        let process = try begin(
            ["serve", "--config", configuration, "--role", "planner", "--stop-with-parent"],
            environment: ["LIF_ORCHESTRATOR_URL": orchestrator])
        return Server(process: process, planner: try await process.said("Query Planner at "), orchestrator: "")
    }

    /// A process that is gone when the test is.
    func begin(
        _ arguments: [String], environment: [String: String] = [:], descriptors: Int? = nil
    ) throws -> LIFProcess {
        let process = try LIFProcess(
            arguments, environment: environment, folder: folder, descriptors: descriptors)
        processes.withLock { $0.append(process) }
        atEnd { if process.isRunning { await process.killHard() } }
        return process
    }

    static func query(_ learners: [String], fields: [String] = []) -> [UInt8] {
        let identifiers: [JSONValue] = learners.map {
            ["identifier": .string($0), "identifierType": "SCHOOL_ASSIGNED_NUMBER"]
        }
        let query: JSONValue = [
            "filter": ["Person": ["Identifier": .array(identifiers)]],
            "selected_fields": .array(fields.map(JSONValue.string)),
        ]
        return Array(RawJSON(query).bytes)
    }

    struct Answer {
        let status: Int
        let json: JSONValue
        let response: OutgoingResponse
    }

    func post(_ url: String, _ body: [UInt8], headers: [(name: String, value: String)] = []) async throws -> Answer {
        try await send(OutgoingRequest(.post, url: url, headers: headers, body: body, timeout: .seconds(30)))
    }

    func delete(_ url: String) async throws -> Answer {
        try await send(OutgoingRequest(.delete, url: url, timeout: .seconds(30)))
    }

    func get(_ url: String, headers: [(name: String, value: String)] = []) async throws -> Answer {
        try await send(OutgoingRequest(.get, url: url, headers: headers, timeout: .seconds(30)))
    }

    private func send(_ request: OutgoingRequest) async throws -> Answer {
        let response = try await http.send(request)
        return Answer(
            status: response.status, json: (try? JSONParser.parse(response.body)) ?? .null, response: response)
    }

    static let native: [(name: String, value: String)] = [("Accept", "application/vnd.lif.result+json")]
}

extension JSONValue {
    /// The first record's person, of a compatible answer.
    var person: JSONValue? { array?.first?["Person"]?.array?.first }

    func count(_ entity: String) -> Int { self[entity]?.array?.count ?? 0 }
}
