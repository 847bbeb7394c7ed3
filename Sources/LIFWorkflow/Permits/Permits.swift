public import LIFModel

/// Names a limit that holds over all processes on one database.
public struct SharedLimitID: Sendable, Hashable {
    /// What is limited.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Tasks that run at the same time.
        case places
        /// Tasks that start in a period.
        case starts
    }

    /// The name of the pool, which is that of a source unless a setting says otherwise.
    public let pool: String
    /// What of the pool is limited.
    public let kind: Kind

    /// The limit of a pool.
    public init(pool: String, kind: Kind) {
        self.pool = pool
        self.kind = kind
    }
}

/// What a process wants of a limit, and what it cannot give back now.
public struct PermitClaim: Sendable, Hashable {
    /// The limit.
    public let limit: SharedLimitID
    /// How much there is for all processes together.
    public let size: Int
    /// How much it could use; 0 gives back all that others want.
    public let wanted: Int
    /// How much is in use, and cannot be given back before that ends.
    public let inUse: Int
    /// After how long what it has is free again, unless it claims it anew.
    public let lifetime: Duration
    /// For how long what is given back or has expired is used by nobody.
    public let rest: Duration

    /// A claim for a process that has `inUse` in use now.
    public init(
        _ limit: SharedLimitID, size: Int, wanted: Int, inUse: Int = 0, lifetime: Duration, rest: Duration = .zero
    ) {
        self.limit = limit
        self.size = size
        self.wanted = wanted
        self.inUse = inUse
        self.lifetime = lifetime
        self.rest = rest
    }
}

/// What a process has of a limit after a claim.
public struct PermitGrant: Sendable, Hashable {
    /// How much it may use.
    public let usable: Int
    /// How much counts as its own: more than `usable` as long as it has more in use, which it owes back.
    public let held: Int
    /// How long it has that, from the claim on.
    public let lifetime: Duration
    /// When it should claim again though nobody tells it to: something expires then, or is another's turn. `nil` for no such time.
    public let review: Duration?

    /// A grant; `usable` is never more than `held`.
    public init(usable: Int, held: Int, lifetime: Duration, review: Duration? = nil) {
        self.usable = usable
        self.held = held
        self.lifetime = lifetime
        self.review = review
    }
}

/// What processes on one database agree on about limits: who may use how much.
public protocol PermitStore: Leases {
    /// Settles claims of this process by `SharedLimit`, in one transaction and by the store's clock. Claims that change nothing need no
    /// write.
    ///
    /// - Returns: What is granted, in the order of the claims.
    /// - Throws: `LIFError` `OutputReadException`, `OutputWriteException`, `OutputQueueNotAvailableException`.
    func settle(_ claims: [PermitClaim]) async throws -> [PermitGrant]

    /// An element soon after another process has changed its claims.
    func permitChanges() -> AsyncStream<Void>
}

/// The permits of a process that shares its database with no other: it has all of each limit.
public struct SolePermits: PermitStore {
    private let lease = SoleLease()

    /// Permits that this process alone uses.
    public init() {}

    /// A new id for each instance.
    public var own: HolderID { lease.own }

    /// This process alone.
    public func living() async throws -> Set<HolderID> { [own] }

    /// A stream without elements that does not end.
    public func departures() -> AsyncStream<Void> { lease.departures() }

    /// Grants all that there is.
    public func settle(_ claims: [PermitClaim]) async throws -> [PermitGrant] {
        claims.map { PermitGrant(usable: $0.size, held: $0.size, lifetime: $0.lifetime) }
    }

    /// A stream without elements that does not end.
    public func permitChanges() -> AsyncStream<Void> { AsyncStream { _ in } }
}
