public import LIFWorkflow
import Synchronization

/// What every `PermitStore` must do; what is granted is decided by `SharedLimit`.
public struct PermitStoreConformance: Sendable {
    /// Makes two stores on the same storage, as two processes have them, with a clock that counts from the machine's start.
    public typealias MakePair =
        @Sendable (_ clock: @escaping @Sendable () -> Duration) async throws -> (any PermitStore, any PermitStore)

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// - Parameter makePair: Makes two empty stores that share their permits.
    public init(makePair: @escaping MakePair) { checks = Self.checks(makePair) }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static let places = SharedLimitID(pool: "hr \"é\"", kind: .places)
    private static let starts = SharedLimitID(pool: "hr \"é\"", kind: .starts)

    private static func claim(
        _ wanted: Int, of limit: SharedLimitID = places, inUse: Int = 0, rest: Duration = .zero
    ) -> PermitClaim {
        PermitClaim(limit, size: 4, wanted: wanted, inUse: inUse, lifetime: .seconds(30), rest: rest)
    }

    private static func checks(_ makePair: @escaping MakePair) -> [ConformanceCheck] {
        [
            ConformanceCheck("Who is alone has all, and grants come in the order of the claims.") { expect in
                let (one, _) = try await makePair { .seconds(100) }
                let grants = try await one.settle([claim(1), claim(2, of: starts), claim(2)])
                try expect.equal(grants.map(\.usable), [4, 4, 4], "what is granted")
            },
            ConformanceCheck("No more is held than there is, and a limit is no other's.") { expect in
                let (one, other) = try await makePair { .seconds(100) }
                try expect.equal(try await one.settle([claim(9)]).map(\.usable), [4], "of the first")
                try expect.equal(
                    try await other.settle([claim(9), claim(1, of: starts)]).map(\.usable), [0, 4], "of the other")
                let owing = try await one.settle([claim(9, inUse: 3)])
                try expect.equal(owing.map { [$0.usable, $0.held] }, [[2, 3]], "what it owes")
                try expect.equal(try await other.settle([claim(9)]).map(\.usable), [1], "what is left")
            },
            ConformanceCheck("What is given back can be had at once; what rests cannot.") { expect in
                let clock = ManualClock()
                let (one, other) = try await makePair { clock.now }
                _ = try await one.settle([claim(4), claim(4, of: starts, rest: .seconds(10))])
                let release = [places, starts].map {
                    PermitClaim(
                        $0, size: 0, wanted: 0, lifetime: .seconds(30), rest: $0 == starts ? .seconds(10) : .zero)
                }
                try expect.equal(try await one.settle(release).map(\.held), [0, 0], "what is left of it")
                let both = [claim(4), claim(4, of: starts, rest: .seconds(10))]
                try expect.equal(try await other.settle(both).map(\.usable), [4, 0], "of the other")
                clock.advance(.seconds(10))
                try expect.equal(try await other.settle(both).map(\.usable), [4, 4], "after the rest")
            },
            ConformanceCheck("What is not claimed anew in its lifetime is free.") { expect in
                let clock = ManualClock()
                let (one, other) = try await makePair { clock.now }
                _ = try await one.settle([claim(4)])
                clock.advance(.seconds(29))
                try expect.equal(try await other.settle([claim(4)]).map(\.usable), [0], "before its end")
                clock.advance(.seconds(1))
                try expect.equal(try await other.settle([claim(4)]).map(\.usable), [4], "after its end")
                try expect.equal(try await one.settle([claim(4, inUse: 4)]).map(\.held), [0], "who comes back")
            },
            ConformanceCheck("A process is told when another one lacks something.") { expect in
                let (one, other) = try await makePair { .seconds(100) }
                let changes = one.permitChanges()
                _ = try await one.settle([claim(4)])
                _ = try await other.settle([claim(4)])
                try await within("it is told") { for await _ in changes { return } }
            },
        ]
    }
}

/// A clock that stands still until it is moved.
private final class ManualClock: Sendable {
    private let time = Mutex(Duration.seconds(1_000))

    var now: Duration { time.withLock { $0 } }

    func advance(_ duration: Duration) { time.withLock { $0 += duration } }
}
