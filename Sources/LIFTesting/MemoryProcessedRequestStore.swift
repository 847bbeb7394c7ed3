public import LIFModel
public import LIFQueryPlanner
import Synchronization

/// A processed request store that forgets everything with its process.
public final class MemoryProcessedRequestStore: ProcessedRequestStore {
    private let requests = Mutex<[RandomID: ProcessedRequest]>([:])

    public init() {}

    public func accept(_ request: ProcessedRequest) async throws {
        requests.withLock { requests in
            if requests[request.id] == nil { requests[request.id] = request }
        }
    }

    public func finish(_ id: RandomID, state: ProcessedRequest.State) async throws {
        requests.withLock { requests in
            guard let kept = requests[id], kept.state == .pending else { return }
            requests[id] = ProcessedRequest(
                id: kept.id, query: kept.query, acceptedAt: kept.acceptedAt, state: state)
        }
    }

    public func request(_ id: RandomID) async throws -> ProcessedRequest? { requests.withLock { $0[id] } }

    public func pending() async throws -> [ProcessedRequest] {
        requests.withLock { requests in
            requests.values.filter { $0.state == .pending }.sorted { $0.acceptedAt < $1.acceptedAt }
        }
    }
}
