import Foundation
import Hummingbird
import LIFHTTP
import LIFJSON
import LIFModel
import LIFNeighbours
import LIFQueryPlanner
import LIFTesting
import Logging
import Synchronization

@testable import LIFServer

/// An orchestrator that behaves as the reference's: it answers a submission with a run's id only, knows the run's status,
/// has no route for results and none to cancel, and answers 404 to whatever it cannot look up.
final class ReferenceOrchestrator: Sendable {
    static let runID = "0f8fad5b-d9cb-469f-a165-70867728950e"

    private let state = Mutex((status: "STARTING", absent: false))
    let submissions = Tally()
    let statusRequests = Tally()
    /// Called before a submission is answered.
    private let beforeAnswer: @Sendable (RawJSON) async -> Void

    init(beforeAnswer: @escaping @Sendable (RawJSON) async -> Void = { _ in }) { self.beforeAnswer = beforeAnswer }

    func set(_ status: String) { state.withLock { $0.status = status } }

    /// As after a restart that has lost the runs.
    func forget() { state.withLock { $0.absent = true } }

    func answer(_ asked: SourceServer.Asked) async -> SourceServer.Reply {
        switch (asked.method, asked.target) {
        case ("POST", "/jobs"):
            await beforeAnswer(asked.json)
            submissions.add()
            return .json(#"{"run_id":"\#(Self.runID)"}"#)
        case ("GET", "/jobs/\(Self.runID)"):
            statusRequests.add()
            let (status, absent) = state.withLock { $0 }
            if absent { return .json(#"{"detail":"Run not found"}"#, status: 404) }
            return .json(#"{"job_id":"\#(Self.runID)","status":"\#(status)","metadata":{"raw_status":"x"}}"#)
        case ("GET", _): return .json(#"{"detail":"Not Found"}"#, status: 404)
        default: return .json(#"{"detail":"Method Not Allowed"}"#, status: 405)
        }
    }
}

/// The results of a plan as the reference's Dagster job posts them.
enum PostedResults {
    static func document(run: String = ReferenceOrchestrator.runID, _ parts: String...) -> String {
        #"{"run_id":"\#(run)","query_plan_part_results":[\#(parts.joined(separator: ","))]}"#
    }

    static let wholeRecord =
        #"{"fragment_path":"person.all","fragment":[{"person":[{"Name":[{"firstName":"Ada"}]}]}]}"#

    /// - Parameter fragments: `nil` for a part that failed.
    static func part(
        _ source: String, adapter: String = "lif-to-lif", learner: LearnerIdentifier = .known,
        _ fragments: String? = wholeRecord
    ) -> String {
        var writer = JSONWriter()
        writer.value(learner)
        let error = fragments == nil ? #""Pipeline did not run or failed.""# : "null"
        return #"{"information_source_id":"\#(source)","adapter_id":"\#(adapter)","data_timestamp":null,"person_id":"#
            + #"\#(writer.raw.text),"fragments":[\#(fragments ?? "")],"error":\#(error)}"#
    }
}

/// What a test keeps of outcomes, in order.
final class Landed: Sendable {
    private let entries = Mutex<[(index: Int, outcome: Outcome)]>([])
    private let tally = Tally()

    var indices: [Int] { entries.withLock { $0.map(\.index) } }
    subscript(index: Int) -> Outcome? { entries.withLock { $0.first { $0.index == index }?.outcome } }

    func add(_ index: Int, _ outcome: Outcome) {
        entries.withLock { $0.append((index, outcome)) }
        tally.add()
    }

    func wait(for count: Int) async throws {
        try await within("\(count) outcomes landed") { [tally] in try await tally.wait(for: count) }
    }
}

/// A planner's listener with the route for results, over real HTTP.
struct ResultsListener: Sendable {
    let url: String
    private let http = OutgoingHTTPClient()

    static func with<Value: Sendable>(
        _ runs: OrchestrationRuns, token: String? = nil, resultsToken: String? = nil, kept: Landed = Landed(),
        _ body: @escaping @Sendable (ResultsListener) async throws -> Value
    ) async throws -> Value {
        let configuration = ListenerConfiguration(port: 0, token: token, resultsToken: resultsToken)
        let router = Router(context: ComponentRequestContext.self)
        router.add(middleware: ProblemMiddleware(component: "query-planner", maximumBodyBytes: 1_024))
        router.add(middleware: AccessMiddleware(configuration, of: "query-planner"))
        OrchestrationResultsRoute { document in
            try await runs.receive(document) { _, part, outcome in kept.add(part.fragmentPaths.count, outcome) }
        }.add(to: router)
        router.get("query") { _, _ in Response(status: .ok) }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "results-listener")
        logger.logLevel = .critical
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                port.yield(channel.localAddress?.port ?? 0)
                port.finish()
            }, logger: logger)
        return try await serving(application) {
            var number = 0
            for await port in ports { number = port }
            return try await body(ResultsListener(url: "http://127.0.0.1:\(number)"))
        }
    }

    struct Answer: Sendable {
        let status: Int
        let body: RawJSON

        var code: String? { body["code"]?.string }
        var detail: String { body["detail"]?.string ?? "" }
    }

    @discardableResult
    func post(_ document: String, headers: [(name: String, value: String)] = []) async throws -> Answer {
        try await send(.post, "/orchestration/results", document, headers)
    }

    func send(
        _ method: OutgoingRequest.Method, _ path: String, _ body: String? = nil,
        _ headers: [(name: String, value: String)] = []
    ) async throws -> Answer {
        let answer = try await http.send(
            OutgoingRequest(
                method, url: url + path, headers: headers, body: body.map { Array($0.utf8) }, timeout: .seconds(30),
                maximumBodyBytes: 1 << 20))
        return Answer(status: answer.status, body: (try? RawJSON(validating: answer.body)) ?? .null)
    }
}
