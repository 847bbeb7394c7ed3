import LIFModel
import Synchronization

/// Room that requests share: each takes of it what it needs, waits for it in turn, and gives it back.
final class SharedRoom: Sendable {
    /// Who takes what, and who waits for it. Pure.
    struct Ledger: Sendable {
        struct Wish: Sendable {
            let id: Int
            let amount: Int
            /// What the one who wishes has already.
            let held: Int
        }

        let size: Int
        private(set) var taken = 0
        private(set) var waiting: [Wish] = []
        private var lastID = 0

        init(size: Int) { self.size = size }

        /// - Returns: The id of the wish when it has to wait; `nil` when it is granted at once.
        mutating func take(_ amount: Int, holding held: Int) -> Int? {
            lastID += 1
            let wish = Wish(id: lastID, amount: amount, held: held)
            if held > 0 || waiting.isEmpty, fits(wish) {
                taken += amount
                return nil
            }
            // Who has some already gives it back the sooner.
            if held > 0 { waiting.insert(wish, at: 0) } else { waiting.append(wish) }
            return wish.id
        }

        /// - Returns: The wishes that are granted now.
        mutating func give(_ amount: Int) -> [Int] {
            taken -= amount
            var granted: [Int] = []
            while let wish = waiting.first, fits(wish) {
                taken += wish.amount
                granted.append(wish.id)
                waiting.removeFirst()
            }
            return granted
        }

        /// - Returns: Whether it still waited.
        mutating func withdraw(_ id: Int) -> Bool {
            guard let index = waiting.firstIndex(where: { $0.id == id }) else { return false }
            waiting.remove(at: index)
            return true
        }

        /// What is larger than the whole room fits when nobody else has any of it.
        private func fits(_ wish: Wish) -> Bool { wish.amount <= size - taken || taken == wish.held }
    }

    private let patience: Duration
    private let state: Mutex<(ledger: Ledger, grants: [Int: AsyncStream<Never>.Continuation])>

    /// - Parameter patience: How long one waits at most.
    init(size: Int, patience: Duration = .seconds(10)) {
        self.patience = patience
        state = Mutex((ledger: Ledger(size: size), grants: [:]))
    }

    /// - Parameter held: What the caller has taken before.
    /// - Throws: `LIFError` `Overloaded` when there is none in time; `CancellationError`.
    func take(_ amount: Int, holding held: Int = 0) async throws {
        let (granted, grant) = AsyncStream.makeStream(of: Never.self)
        let id = state.withLock { state in
            let id = state.ledger.take(amount, holding: held)
            if let id { state.grants[id] = grant }
            return id
        }
        guard let id else { return }
        await withTaskGroup(of: Void.self) { [patience] group in
            group.addTask { for await _ in granted {} }
            group.addTask { try? await Task.sleep(for: patience) }
            _ = await group.next()
            group.cancelAll()
        }
        let hasWaitedInVain = state.withLock { state in
            state.grants[id] = nil
            return state.ledger.withdraw(id)
        }
        guard hasWaitedInVain else { return }
        try Task.checkCancellation()
        throw LIFError(
            .overloaded, "The bodies of other requests take the room that there is for them. Send it again later.",
            blame: .us, isRetryable: true)
    }

    func give(_ amount: Int) {
        let grants = state.withLock { state in
            state.ledger.give(amount).compactMap { state.grants.removeValue(forKey: $0) }
        }
        for grant in grants { grant.finish() }
    }

    /// Does something in a place of the room.
    ///
    /// - Throws: As `take`, and what the work throws.
    func inPlace<Value>(_ work: () throws -> Value) async throws -> Value {
        try await take(1)
        defer { give(1) }
        return try work()
    }
}
