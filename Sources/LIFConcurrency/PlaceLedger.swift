/// A number of places, one for each that asks, in the order of asking. Pure.
///
/// Some places may be reserved: they are on top of the others, for preferred requests alone, so that many common ones do not
/// hold these up.
package struct PlaceLedger: PermitLedger {
    /// Whether a reserved place will do, too.
    package enum Request: Sendable { case common, preferred }

    /// Which place somebody has.
    package enum Permit: Sendable { case common, reserved }

    private var common: Int
    private var reserved: Int
    private var waiting: [(ticket: Int, request: Request)] = []

    /// - Parameters:
    ///   - places: For any request.
    ///   - reserved: On top of them, for preferred requests.
    package init(places: Int, reserved: Int = 0) { (common, self.reserved) = (max(places, 1), reserved) }

    /// How many places are free.
    package var freePlaces: Int { common + reserved }

    /// Whether a request would have to wait now.
    package func isFull(for request: Request) -> Bool { common == 0 && (request == .common || reserved == 0) }

    package mutating func take(_ request: Request, ticket: Int) -> Permit? {
        // Nobody waits for a place that is free.
        if request == .preferred, reserved > 0 {
            reserved -= 1
            return .reserved
        }
        if common > 0 {
            common -= 1
            return .common
        }
        waiting.append((ticket, request))
        return nil
    }

    package mutating func give(_ permit: Permit) -> [Grant] {
        if let index = waiting.firstIndex(where: { permit == .common || $0.request == .preferred }) {
            return [(waiting.remove(at: index).ticket, permit)]
        }
        switch permit {
        case .common: common += 1
        case .reserved: reserved += 1
        }
        return []
    }

    package mutating func withdraw(_ ticket: Int) -> [Grant] {
        waiting.removeAll { $0.ticket == ticket }
        return []
    }
}

extension TaskSemaphore where Ledger == PlaceLedger {
    /// - Parameters:
    ///   - places: For any request.
    ///   - reserved: On top of them, for preferred requests.
    package convenience init(places: Int, reserved: Int = 0) {
        self.init(PlaceLedger(places: places, reserved: reserved))
    }

    /// Does something in one of the places.
    ///
    /// - Throws: What the body throws; `CancellationError` when the task is cancelled before it has a place.
    package func inPlace<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await withPermit(.common, body)
    }
}
