public import LIFModel

/// What processes that share a database agree on: who lives, which sources are not asked for a while, what is due when, and who may use
/// how much of a limit. A database implements it as a whole; each of its users sees a part.
public protocol Coordination: Leases, BreakerStore, ScheduleStore, PermitStore {}
