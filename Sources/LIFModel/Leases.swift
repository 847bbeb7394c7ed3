/// Names a process that runs jobs or asynchronous queries.
public typealias HolderID = RandomID

/// Which processes on the same stores are alive: what was accepted belongs to its holder as long as that lives ("Where truth lives" in
/// ARCHITECTURE.md).
public protocol Leases: Sendable {
    /// This process.
    var own: HolderID { get }

    /// The processes that live and do not hang, with this one.
    func living() async throws -> Set<HolderID>

    /// An element whenever another process may have died or begun to hang: the moment to look for its work.
    func departures() -> AsyncStream<Void>
}

/// The leases of a process that is alone on its stores.
public struct SoleLease: Leases {
    /// A new id for each instance.
    public let own = HolderID()

    /// A lease for a process that no other shares its stores with.
    public init() {}

    /// This process alone.
    public func living() async throws -> Set<HolderID> { [own] }

    /// A stream without elements that does not end: nobody else can depart.
    public func departures() -> AsyncStream<Void> { AsyncStream { _ in } }
}
