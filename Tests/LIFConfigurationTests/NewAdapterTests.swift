import LIFEmbeddedEngine
import LIFHTTP
import LIFJSON
import LIFModel
import LIFOperators
import LIFOrchestrator
import LIFSettings
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFConfiguration

/// An adapter that the program does not have: it answers with a name that its settings say.
private struct EchoAdapter: SourceAdapter {
    let id = "echo"
    let settings = [
        Setting("echo", .block, .without("none"), "What is answered. Required for `echo`."),
        Setting("echo.name", .text, .required, "The learner's name."),
        Setting("echo.times", .whole(1...3), .value("1"), "How many names there are."),
    ]
    let keys = ["connection", "echo"]
    let remarks = ["max_answer": "`echo`: not used."]

    func read(_ source: SourceReading) -> AdapterReading? {
        guard let block = source.block(ofAdapter: id), let name = block.text("name"), let times = block.whole("times")
        else { return nil }
        let token = source.credentials.value("token")
        return AdapterReading(
            source.settings(
                EchoConfiguration(name: name, times: times, token: token.map { Secret($0.text) }),
                missing: token == nil ? ["token"] : []),
            origin: [name, String(times)])
    }
}

private struct EchoConfiguration: AdapterConfiguration {
    let name: String
    let times: Int
    let token: Secret?

    func makeOperator(_ services: AdapterServices) -> any TaskOperator { EchoOperator(configuration: self) }
}

private struct EchoOperator: TaskOperator {
    let configuration: EchoConfiguration

    func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        let name = JSONValue.string("\(configuration.name), asked with \(configuration.token?.reveal() ?? "nothing")")
        let items = JSONValue.array((0..<configuration.times).map { _ in ["firstName": name] })
        for path in part.fragmentPaths {
            guard let content = FragmentContent(member: RawJSON(items)) else { continue }
            try await emit(.fragment(Fragment(path: path, content: content)))
        }
        return OperatorReport(learnerKnown: true)
    }

    func check() async throws -> String { "echoes" }
}

private final class Outcomes: Sendable {
    private let outcomes = Mutex<[Outcome]>([])
    var all: [Outcome] { outcomes.withLock(\.self) }
    func landed(_ outcome: Outcome) { outcomes.withLock { $0.append(outcome) } }
}

@Suite("An adapter that only a test has")
struct NewAdapterTests {
    private static let adapters: [any SourceAdapter] = Adapters.all + [EchoAdapter()]
    private static let token = ["ADAPTERS__ECHO__S__CREDENTIALS__TOKEN": "t"]

    /// What the source answers when a plan asks it.
    private static func outcome(_ yaml: String, adapterID: String) async throws -> Outcome {
        let configuration = try await load(yaml, adapters: adapters, environment: token)
        let http = OutgoingHTTPClient()
        let orchestrator = Orchestrator(
            configuration: configuration.orchestrator, registry: configuration.registry(http: http),
            scheduler: EmbeddedEngine(limits: configuration.orchestrator.limits), stores: .memory())
        let part = QueryPlanPart(
            informationSourceID: "s", adapterID: adapterID,
            learner: LearnerIdentifier(identifier: "1", identifierType: "T"),
            fragmentPaths: [FragmentPath(entity: "Name")])
        let outcomes = Outcomes()
        try await within("the outcome") {
            try await orchestrator.run(QueryPlan(parts: [part])) { outcomes.landed($1) }
        }
        try await http.shutdown()
        return try #require(outcomes.all.first)
    }

    @Test("It is configured, registered and run like those that the program has, also in a pipeline")
    func runs() async throws {
        let block = "echo: {name: Ada, times: 2}"
        let answer = try await Self.outcome(source("echo", block), adapterID: "echo")
        guard case .data(let fragments) = answer.result else {
            Issue.record("The source has no data: \(answer)")
            return
        }
        let name = #"{"firstName":"Ada, asked with t"}"#
        #expect(fragments.map(\.content.items.text) == ["[\(name),\(name)]"])

        let pipeline = "pipelines: {masked: {adapter: echo, steps: [{mask: {fields: [Person.Name.firstName]}}]}}\n"
        let masked = try await Self.outcome(pipeline + source("masked", block), adapterID: "masked")
        guard case .data(let fragments) = masked.result else {
            Issue.record("The source has no data: \(masked)")
            return
        }
        #expect(fragments.map(\.content.items.text) == [#"[{"firstName":"***"},{"firstName":"***"}]"#])
    }

    @Test(
        "What is wrong with its settings is reported with its place",
        arguments: [
            (
                "echo", "ttl_hours: 1",
                "lif.yaml:3:17: the adapter \"echo\" needs a block \"information_sources[0].echo\" with name"
            ),
            (
                "echo", "echo: {name: Ada, times: 4}",
                "lif.yaml:5:30: \"information_sources[0].echo.times\" is \"4\"; it must be a whole number from 1 to 3"
            ),
            (
                "echo", "echo: {name: Ada, tims: 4}",
                "lif.yaml:5:23: \"tims\" is no setting of \"information_sources[0].echo\". Did you mean \"times\"? "
                    + "Allowed are: name, times"
            ),
            (
                "sql", "echo: {name: Ada}",
                "lif.yaml:5:5: \"information_sources[0].echo\" is for the adapter \"echo\" only, and not for \"sql\""
            ),
            (
                "file", "connection: {token: t}",
                "lif.yaml:5:5: \"information_sources[0].connection\" is for the adapter \"lif-to-lif\", \"rest\", "
                    + "\"command\" and \"echo\" only, and not for \"file\""
            ),
            (
                "ecko", "ttl_hours: 1",
                "lif.yaml:3:17: \"information_sources[0].adapter_id\" is \"ecko\", which is no adapter. Did you mean "
                    + "\"echo\"? There are: lif-to-lif, rest, example-data-source-rest-api-to-lif, command, file, sql, echo"
            ),
        ])
    func problem(adapter: String, line: String, expected: String) async {
        let lines = await problems(source(adapter, line), adapters: Self.adapters)
        #expect(lines.contains(expected), "\(lines)")
    }

    @Test("No operator may have its name, and without its credential it is not set up")
    func others() async throws {
        let named = "operators: {echo: {type: command, command: x}}\n" + source("echo", "echo: {name: Ada}")
        let lines = await problems(named, adapters: Self.adapters, environment: Self.token)
        #expect(lines == ["lif.yaml:1:13: \"echo\" is the name of one of our adapters; choose another one"])
        let configuration = try await load(source("echo", "echo: {name: Ada}"), adapters: Self.adapters)
        guard case .notSetUp(let reason) = try configuration.adapter("s") else {
            Issue.record("It is set up without its token.")
            return
        }
        #expect(reason.contains("ADAPTERS__ECHO__S__CREDENTIALS__TOKEN"))
    }

    @Test("Its settings stand in the reference beside those of all sources")
    func reference() {
        let rows = Settings.table(Self.adapters).all.map(\.markdownRow)
        let own = "| `information_sources[].echo.times` | whole number from 1 to 3 | `1` | How many names there are. |"
        #expect(rows.contains(own))
        #expect(rows.contains { $0.hasPrefix("| `information_sources[].adapter_id` |") && $0.contains("`echo`") })
        #expect(
            rows.contains {
                $0.hasPrefix("| `information_sources[].max_answer` |") && $0.hasSuffix("`echo`: not used. |")
            })
    }

    @Test("What it says of its data's origin is in the source's origin, and its credential is not")
    func origin() async throws {
        func origin(_ line: String, environment: [String: String] = Self.token) async throws -> String {
            try await load(source("echo", line), adapters: Self.adapters, environment: environment)
                .sources[0].source.origin
        }
        let first = try await origin("echo: {name: Ada}")
        #expect(first.hasPrefix("echo:"))
        #expect(try await origin("echo: {name: Ada, times: 1}", environment: [:]) == first)
        #expect(try await origin("echo: {name: Eve}") != first)
    }

    @Test("Where it is not in the list, nobody knows it")
    func absent() async {
        let lines = await problems(source("echo", "echo: {name: Ada}"))
        #expect(lines.contains { $0.contains("\"echo\", which is no adapter") }, "\(lines)")
        #expect(lines.contains { $0.contains("\"echo\" is no setting of \"information_sources[0]\"") }, "\(lines)")
    }
}
