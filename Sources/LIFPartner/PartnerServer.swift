import HTTPTypes
import Hummingbird
import LIFGraphQL
import LIFJSON
import NIOCore
public import ServiceLifecycle
import Synchronization

/// A partner's LIF API over HTTP: `POST /graphql` and `GET /health` on loopback.
///
/// Errors of GraphQL are HTTP 200 with `errors`, as deployed LIF APIs answer. A body that is no JSON, or no GraphQL
/// request, is 400; a missing or wrong key 401.
public final class PartnerServer: Service {
    /// Where the server listens, and how well it behaves.
    public struct Configuration: Sendable {
        /// The address to bind; the default is reached from this machine only.
        public var host = "127.0.0.1"
        /// Zero takes a free port; `PartnerServer.port()` says which.
        public var port = 0
        /// Waited before each answer to a query.
        public var delay: Duration = .zero
        /// The share of queries answered with HTTP 500, 0 to 1. Which ones is the same in every run.
        public var failureRate = 0.0
        /// When set, `Authorization: Bearer` or `X-API-Key` must carry it.
        public var token: String?
        /// How it misbehaves from the first request on; `nil` when it does not. See ``PartnerServer/setFault(_:)``.
        public var fault: PartnerFault?

        /// A server on loopback without a token, delay or failures.
        public init(port: Int = 0) { self.port = port }
    }

    private let server: LoopbackServer
    private let behaviour: PartnerBehaviour

    /// Serves an API that has been made already. It listens once ``run()`` is called.
    public init(api: PartnerAPI, configuration: Configuration = Configuration()) {
        let behaviour = PartnerBehaviour(configuration)
        self.behaviour = behaviour
        let token = configuration.token
        let delay = configuration.delay
        let router = Router()
        router.get("health") { _, _ in Response.json(#"{"status":"ok"}"#.utf8) }
        router.post("graphql") { request, _ in
            guard token == nil || request.headers.carry(token: token) else {
                return Self.refusal("The key is missing or wrong.", status: .unauthorized)
            }
            behaviour.countRequest()
            let body = try await request.body.collect(upTo: 4 << 20)
            if let fault = behaviour.fault { return try await fault.response() }
            if behaviour.failsNow() { return Self.refusal("The partner failed.", status: .internalServerError) }
            let query: GraphQLRequest
            do {
                query = try GraphQLRequest(body: try JSONParser.parse(Array(body.readableBytesView)))
            } catch let error as GraphQLError {
                return Self.refusal(error.message, status: .badRequest)
            } catch {
                return Self.refusal("The body is not JSON.", status: .badRequest)
            }
            if delay > .zero { try await Task.sleep(for: delay) }
            return Response.json(await api.answer(query).raw.bytes)
        }
        server = LoopbackServer(host: configuration.host, port: configuration.port, router: router)
    }

    /// Loads a folder of records and, optionally, a data model, and serves them.
    ///
    /// - Throws: `PartnerError` that names the file at fault.
    public convenience init(
        folder: String, modelFile: String? = nil,
        identifierTypeStyle: PartnerSchema.IdentifierTypeStyle = .string,
        configuration: Configuration = Configuration()
    ) throws {
        let records = try PartnerRecords(folder: folder)
        let model = try modelFile.map { try PartnerDataModel(file: $0) }
        let schema = try PartnerSchema(records: records, model: model, identifierTypeStyle: identifierTypeStyle)
        self.init(api: PartnerAPI(records: records, schema: schema), configuration: configuration)
    }

    /// Serves until the task is cancelled or a graceful shutdown is asked for.
    ///
    /// - Throws: What the system says when the port cannot be bound.
    public func run() async throws { try await server.run() }

    /// The port, once it is bound; `nil` when the server ended without.
    public func port() async -> Int? { await server.port() }

    /// How many requests for `/graphql` with a right key have come.
    public var requestCount: Int { behaviour.requestCount }

    /// Misbehaves from the next request on, or, with `nil`, no longer.
    public func setFault(_ fault: PartnerFault?) { behaviour.fault = fault }

    private static func refusal(_ message: String, status: HTTPResponse.Status) -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("errors")
            writer.array { writer in
                writer.object { $0.member("message", message) }
            }
        }
        return .json(writer.bytes, status: status)
    }
}

/// What of a partner's behaviour changes from request to request.
private final class PartnerBehaviour: Sendable {
    private struct State {
        var fault: PartnerFault?
        var requestCount = 0
        var generator: UInt64 = 0x1F0_2F0
    }

    private let failureRate: Double
    private let state: Mutex<State>

    init(_ configuration: PartnerServer.Configuration) {
        failureRate = configuration.failureRate
        state = Mutex(State(fault: configuration.fault))
    }

    var fault: PartnerFault? {
        get { state.withLock { $0.fault } }
        set { state.withLock { $0.fault = newValue } }
    }

    var requestCount: Int { state.withLock { $0.requestCount } }

    func countRequest() { state.withLock { $0.requestCount += 1 } }

    /// The next of a fixed row of random numbers (SplitMix64) decides.
    func failsNow() -> Bool {
        guard failureRate > 0 else { return false }
        let random = state.withLock { state in
            state.generator &+= 0x9E37_79B9_7F4A_7C15
            var bits = state.generator
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return bits ^ (bits >> 31)
        }
        return Double(random >> 11) / Double(UInt64(1) << 53) < failureRate
    }
}

extension HTTPFields {
    /// Whether a request carries the key in one of the two places that deployed APIs look at.
    fileprivate func carry(token: String?) -> Bool {
        guard let token else { return false }
        if self[.authorization] == "Bearer \(token)" { return true }
        return HTTPField.Name("X-API-Key").map { self[$0] == token } ?? false
    }
}
