import Synchronization

/// Which requests without a token are logged: the first one of each address in a minute, of so many addresses at most.
final class UnauthenticatedRequests: Sendable {
    /// The rule, without a clock.
    struct Window {
        static let length = Duration.seconds(60)
        static let maximumAddresses = 20

        private var start: ContinuousClock.Instant?
        private var addresses: Set<String> = []
        private var unlogged = 0

        /// - Returns: How many requests since the last line were not logged, when this one is to be; else `nil`.
        mutating func note(_ address: String, at now: ContinuousClock.Instant) -> Int? {
            if start.map({ now - $0 >= Self.length }) ?? true {
                start = now
                addresses = []
            }
            guard addresses.count < Self.maximumAddresses, addresses.insert(address).inserted else {
                unlogged += 1
                return nil
            }
            defer { unlogged = 0 }
            return unlogged
        }
    }

    private let window = Mutex(Window())

    /// As `Window.note`, now.
    func note(_ address: String) -> Int? {
        window.withLock { $0.note(address, at: .now) }
    }
}
