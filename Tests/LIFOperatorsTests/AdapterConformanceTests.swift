import Foundation
import GRDB
import LIFHTTP
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

/// The adapters against the contract that all of them have, each with a source of its own kind.
@Suite(.timeLimit(.minutes(2))) struct AdapterConformanceTests {
    static let token = "t0k-of-the-source"
    static let secret = "SECRET-of-a-learner"
    private static let record =
        #"{"Name":[{"firstName":"Ada"},{"firstName":"Augusta"}],"CredentialAward":[{"identifier":"1"}]}"#

    static func sample() throws -> AdapterSample {
        AdapterSample(
            learner: .school("learner-100001"),
            fragments: [
                try fragment("Name", #"[{"firstName":"Ada"},{"firstName":"Augusta"}]"#),
                try fragment("CredentialAward", #"[{"identifier":"1"}]"#),
            ], emptyPath: FragmentPath(entity: "Contact"), stranger: .school("learner-100002"),
            secrets: [token, secret])
    }

    private static func timeout(_ behaviour: SourceBehaviour) -> Duration {
        behaviour == .tooSlow ? .milliseconds(200) : .seconds(120)
    }

    // MARK: rest

    /// - Parameter broken: Makes something else of the adapter.
    static func restConformance(
        _ broken: @escaping @Sendable (RESTOperator) -> any TaskOperator = { $0 }
    ) throws -> AdapterConformance {
        AdapterConformance(try sample()) { behaviour, body in
            try await SourceServer.with(behaviour, secret: secret, to: { $0.target != "/" }) { asked in
                asked.target == "/users/learner-100001" || asked.target == "/"
                    ? .json(record) : .status(404)
            } _: { server in
                let http = OutgoingHTTPClient()
                let operation = RESTOperator(
                    configuration: RESTConfiguration(
                        url: RESTTemplate([.literal(server.url + "/users/"), .identifier]),
                        headers: [.init(name: "x-key", value: RESTTemplate([.literal(token)]))],
                        mapping: ["Name", "CredentialAward", "Contact"].map {
                            FragmentMapping(path: FragmentPath(entity: $0), from: .relative([$0]))
                        }, maximumAnswerBytes: 1 << 20),
                    http: http, requestTimeout: timeout(behaviour))
                try await body(
                    AdapterTrial(
                        broken(operation), requestCount: { server.asked.count { $0.target != "/" } },
                        isLeft: { server.leftCount > 0 }))
                try await http.shutdown()
            }
        }
    }

    @Test("The adapter rest keeps its contract", arguments: try restConformance().checks)
    func rest(_ check: ConformanceCheck) async throws { try await check.run() }

    // MARK: lif-to-lif

    private static func lifToLIFConformance() throws -> AdapterConformance {
        let partner = GraphQLPartner(
            schema: try .partner(), persons: ["learner-100001": try raw(record).value()])
        @Sendable func isQuery(_ asked: SourceServer.Asked) -> Bool {
            asked.json["query"]?.string.map { $0.contains("person") && !$0.contains("__schema") } ?? false
        }
        return AdapterConformance(try sample()) { behaviour, body in
            try await SourceServer.with(behaviour, secret: secret, to: isQuery, otherwise: partner.answer) { server in
                let http = OutgoingHTTPClient()
                let operation = LIFToLIFOperator(
                    configuration: LIFToLIFConfiguration(
                        endpoint: server.url + "/graphql", token: Secret(token), maximumAnswerBytes: 1 << 20),
                    http: http, requestTimeout: behaviour == .tooSlow ? .seconds(1) : .seconds(120))
                try await body(
                    AdapterTrial(
                        operation, requestCount: { server.asked.count(where: isQuery) },
                        isLeft: { server.leftCount > 0 }))
                try await http.shutdown()
            }
        }
    }

    @Test("The adapter lif-to-lif keeps its contract", arguments: try lifToLIFConformance().checks)
    func lifToLIF(_ check: ConformanceCheck) async throws { try await check.run() }

    // MARK: command

    /// A shell script that behaves so. It counts its calls in a file.
    private static func script(_ behaviour: SourceBehaviour) -> String {
        let note = "echo $$ >> calls; "
        return switch behaviour {
        case .sound:
            note + "case $(cat) in *learner-100001*) echo '{\"Person\":[\(record)]}';; *) exit 67;; esac"
        case .silent, .tooSlow: note + "sleep 1000 & wait"
        case .closesEarly: note + "printf '{\"Person\":[{\"Name\":[\"\(secret)\",'"
        case .garbage: note + "echo '<html>\(secret)</html>'"
        case .tooLarge: note + "exec yes '\(secret)'"
        case .failing: note + "echo '\(secret)'; exit 75"
        case .rejecting: note + "echo '\(secret)'; exit 1"
        case .refusing: note + "echo '\(secret)'; exit 77"
        case .absent: note + "echo '\(secret)'; exit 69"
        }
    }

    private static func commandConformance() throws -> AdapterConformance {
        // What a command may take is the time-out of its task.
        AdapterConformance(try sample(), behaviours: SourceBehaviour.allCases.filter { $0 != .tooSlow }) {
            behaviour, body in
            try await CommandFolder.with { folder in
                var configuration = folder.shell(script(behaviour))
                configuration.maximumAnswerBytes = 1 << 20
                configuration.environment = ["TOKEN": Secret(token)]
                configuration.checkArguments = ["/bin/true"]
                @Sendable func calls() -> [Substring] { ((try? folder.text("calls")) ?? "").split(separator: "\n") }
                try await body(
                    AdapterTrial(
                        CommandOperator(configuration: configuration), requestCount: { calls().count },
                        isLeft: { calls().allSatisfy { !isRunning(String($0)) } }))
            }
        }
    }

    @Test("The adapter command keeps its contract", arguments: try commandConformance().checks)
    func command(_ check: ConformanceCheck) async throws { try await check.run() }

    // MARK: file

    private static func fileConformance() throws -> AdapterConformance {
        AdapterConformance(try sample(), behaviours: [.sound, .closesEarly, .garbage, .tooLarge]) { behaviour, body in
            let folder = try TemporaryFolder()
            let text =
                switch behaviour {
                case .closesEarly: "{\"Person\":[{\"Name\":[\"\(secret)\","
                case .garbage: "<html>\(secret)</html>"
                case .tooLarge: String(repeating: secret, count: 100_000)
                default: "{\"Person\":[\(record)]}"
                }
            try folder.write(text, to: "learner-100001.json")
            let name = try #require(FileNameTemplate(parsing: "{identifier}.json"))
            try await body(
                AdapterTrial(
                    FileOperator(
                        configuration: FileConfiguration(folder: folder.path, name: name, maximumFileBytes: 1 << 20))))
        }
    }

    @Test("The adapter file keeps its contract", arguments: try fileConformance().checks)
    func file(_ check: ConformanceCheck) async throws { try await check.run() }

    // MARK: sql

    private static func sqlConformance() throws -> AdapterConformance {
        // A database that is not there does not come while a task tries again.
        AdapterConformance(try sample(), behaviours: [.sound, .silent, .garbage, .tooLarge, .rejecting]) {
            behaviour, body in
            let folder = try TemporaryFolder()
            let file = folder.path + "/records.sqlite"
            switch behaviour {
            case .garbage: try folder.write(String(repeating: secret, count: 1_000), to: "records.sqlite")
            default:
                let queue = try DatabaseQueue(path: file)
                try await queue.write { database in
                    try database.execute(
                        sql: """
                            CREATE TABLE person (id TEXT, number TEXT, first TEXT, award TEXT, note TEXT DEFAULT '\(secret)');
                            INSERT INTO person (id, number, first, award) VALUES ('learner-100001', 'a', 'Ada', NULL),
                                ('learner-100001', 'b', 'Augusta', NULL), ('learner-100001', 'c', NULL, '1');
                            """)
                }
                try queue.close()
            }
            let query: (String, String) -> SQLConfiguration.Query = { entity, sql in
                SQLConfiguration.Query(mapping: FragmentMapping(path: FragmentPath(entity: entity)), sql: sql)
            }
            let rows = "FROM person WHERE id = :identifier"
            let names =
                switch behaviour {
                case .silent:
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS firstName FROM n"
                case .tooLarge: "SELECT replace(hex(zeroblob(100000)), '00', '\(secret)') AS firstName \(rows)"
                case .rejecting: "SELECT json(note) AS firstName \(rows)"
                default: "SELECT first AS firstName \(rows) AND first IS NOT NULL ORDER BY number"
                }
            try await body(
                AdapterTrial(
                    SQLOperator(
                        configuration: SQLConfiguration(
                            database: file,
                            queries: [
                                query("Name", names),
                                query("CredentialAward", "SELECT award AS identifier \(rows) AND award IS NOT NULL"),
                                query("Contact", "SELECT award AS email \(rows) AND award = 'none'"),
                            ], learnerQuery: "SELECT 1 \(rows)", maximumRows: 100, maximumAnswerBytes: 1 << 20))))
        }
    }

    @Test("The adapter sql keeps its contract", arguments: try sqlConformance().checks)
    func sql(_ check: ConformanceCheck) async throws { try await check.run() }
}
