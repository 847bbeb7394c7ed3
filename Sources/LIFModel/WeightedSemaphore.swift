import Synchronization

/// A limit that several share: each takes of it what it needs, waits until there is as much, and gives it back.
package final class WeightedSemaphore: Sendable {
    /// Who has how much, and who waits for more. Pure.
    ///
    /// - One that does not fit is passed by others that do, until these have taken the whole size since it came to be first.
    /// - Who has some goes before those that have none, because it gives it back the sooner. One of them at a time may go beyond
    ///   the size, or all of them would wait for each other. So may one that is alone.
    package struct Ledger<Holder: Hashable & Sendable>: Sendable {
        private struct Request {
            let id: Int
            let holder: Holder
            let amount: Int
        }

        let size: Int
        package private(set) var taken = 0
        private var held: [Holder: Int] = [:]
        /// Who has taken more than there was.
        private var exceeding: Holder?
        private var waiting: [Request] = []
        /// How much others have taken since the first one that waits is the first.
        private var passed = 0
        private var lastID = 0

        package init(size: Int) { self.size = size }

        /// - Returns: The id of the request when it has to wait; `nil` when it is granted at once.
        package mutating func take(_ amount: Int, for holder: Holder) -> Int? {
            lastID += 1
            let request = Request(id: lastID, holder: holder, amount: amount)
            let hasSome = held[holder] != nil
            if fits(request), hasSome || mayPass(request) {
                if !hasSome, !waiting.isEmpty { passed += amount }
                grant(request)
                return nil
            }
            let place = hasSome ? waiting.firstIndex { held[$0.holder] == nil } : nil
            waiting.insert(request, at: place ?? waiting.endIndex)
            return request.id
        }

        /// Gives back all that the holder has.
        ///
        /// - Returns: The requests that are granted now.
        package mutating func give(of holder: Holder) -> [Int] {
            taken -= held.removeValue(forKey: holder) ?? 0
            if exceeding == holder { exceeding = nil }
            return grantWhatFits()
        }

        /// - Returns: Whether it still waited, and the requests that are granted now.
        package mutating func withdraw(_ id: Int) -> (waited: Bool, granted: [Int]) {
            guard let index = waiting.firstIndex(where: { $0.id == id }) else { return (false, []) }
            remove(at: index)
            return (true, grantWhatFits())
        }

        private mutating func grantWhatFits() -> [Int] {
            var granted: [Int] = []
            var index = 0
            while index < waiting.count {
                let request = waiting[index]
                guard fits(request), index == 0 || mayPass(request) else {
                    index += 1
                    continue
                }
                if index > 0 { passed += request.amount }
                remove(at: index)
                grant(request)
                granted.append(request.id)
            }
            return granted
        }

        private mutating func remove(at index: Int) {
            waiting.remove(at: index)
            if index == 0 { passed = 0 }
        }

        private mutating func grant(_ request: Request) {
            taken += request.amount
            held[request.holder, default: 0] += request.amount
            if taken > size { exceeding = request.holder }
        }

        private func mayPass(_ request: Request) -> Bool { waiting.isEmpty || passed + request.amount <= size }

        private func fits(_ request: Request) -> Bool {
            if request.amount <= size - taken { return true }
            guard let own = held[request.holder] else { return taken == 0 }
            return taken == own || (exceeding ?? request.holder) == request.holder
        }
    }

    private let patience: Duration?
    private let refusal: String
    private let state: Mutex<(ledger: Ledger<ObjectIdentifier>, grants: [Int: AsyncStream<Never>.Continuation])>

    /// - Parameters:
    ///   - refusal: The sentence of the error when a wait ends without the amount.
    ///   - patience: How long one waits at most; `nil` for as long as the task is not cancelled.
    package init(size: Int, refusal: String = "", patience: Duration? = .seconds(10)) {
        self.refusal = refusal
        self.patience = patience
        state = Mutex((ledger: Ledger(size: size), grants: [:]))
    }

    /// - Parameter holder: Who takes it, until `give`.
    /// - Throws: `LIFError` `Overloaded` when there is not as much in time; `CancellationError`.
    package func take(_ amount: Int, for holder: any AnyObject & Sendable) async throws {
        let (granted, grant) = AsyncStream.makeStream(of: Never.self)
        let id = state.withLock { [holder = ObjectIdentifier(holder)] state in
            let id = state.ledger.take(amount, for: holder)
            if let id { state.grants[id] = grant }
            return id
        }
        guard let id else { return }
        await withTaskGroup(of: Void.self) { [patience] group in
            group.addTask { for await _ in granted {} }
            if let patience { group.addTask { try? await Task.sleep(for: patience) } }
            _ = await group.next()
            group.cancelAll()
        }
        let hasWaitedInVain = state.withLock { state in
            state.grants[id] = nil
            let (waited, granted) = state.ledger.withdraw(id)
            Self.tell(granted, &state.grants)
            return waited
        }
        guard hasWaitedInVain else { return }
        try Task.checkCancellation()
        throw LIFError(.overloaded, refusal, blame: .us, isRetryable: true)
    }

    /// Gives back all that the holder has.
    package func give(of holder: any AnyObject & Sendable) {
        state.withLock { [holder = ObjectIdentifier(holder)] state in
            Self.tell(state.ledger.give(of: holder), &state.grants)
        }
    }

    private final class Place: Sendable {}

    /// Does something with one of the places that the semaphore counts.
    ///
    /// - Throws: As `take`, and what the work throws.
    package func inPlace<Value>(_ work: () async throws -> Value) async throws -> Value {
        let place = Place()
        try await take(1, for: place)
        defer { give(of: place) }
        return try await work()
    }

    private static func tell(_ granted: [Int], _ grants: inout [Int: AsyncStream<Never>.Continuation]) {
        for id in granted { grants.removeValue(forKey: id)?.finish() }
    }
}
