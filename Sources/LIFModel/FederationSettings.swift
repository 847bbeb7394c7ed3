/// Which organisation we are, and what partners' planners get from us.
public struct FederationSettings: Sendable, Hashable {
    /// What a query that came through another planner may make us ask.
    public enum PartnerQueries: String, Sendable, Hashable, CaseIterable {
        /// Every source, but not the organisations that it came through.
        case all
        /// Our own sources only, no partner of ours.
        case local
    }

    /// Our own id, as partners name us; `nil` adds nothing to the path and finds no loop.
    public var organization: String?
    /// Which of our sources a query that came through another planner may reach.
    public var partnerQueries: PartnerQueries

    /// Settings of an organisation; without an id no loop can be found.
    ///
    /// - Parameter organization: Checked with `FederationPath.fault(in:)`.
    public init(organization: String? = nil, partnerQueries: PartnerQueries = .all) {
        self.organization = organization
        self.partnerQueries = partnerQueries
    }

    /// Refuses a request whose path has this organisation on it.
    ///
    /// - Throws: `LIFError` `FederationLoop` for a request that came through us already.
    public func checkLoop(_ path: FederationPath) throws(LIFError) {
        guard let organization, path.contains(organization) else { return }
        throw LIFError(
            .federationLoop,
            "The request came through this organisation already (\(FederationPath.headerName)). Who asked adds what it "
                + "holds itself: do not ask again.",
            isFinal: true)
    }

    /// Whether a request that came by this path may make us ask a source.
    ///
    /// Organisations on the path are never asked: they add their own data themselves. Nor is a partner when the path is
    /// full, or when partners get our own sources only.
    ///
    /// - Parameter path: As it came, without us.
    public func mayAsk(_ source: InformationSource, path: FederationPath) -> Bool {
        if path.isDirect { return true }
        if path.contains(source.id) { return false }
        if let organization = source.organization, path.contains(organization) { return false }
        return !source.isPartner || partnerQueries == .all && !path.isFull
    }

    /// Whether what a source answered to a request that came by this path may be kept, or shared with others.
    ///
    /// A partner leaves out what organisations on the path hold, so its answer is whole for nobody but them. Only we are
    /// always on the path that it gets.
    ///
    /// - Parameter path: As it came, without us.
    public func mayKeepAnswer(of source: InformationSource, path: FederationPath) -> Bool {
        path.isDirect || !source.isPartner
    }

    /// As `mayKeepAnswer(of:path:)`, for a plan of ours: its path ends with us.
    public func mayKeepAnswer(of source: InformationSource, to plan: QueryPlan) -> Bool {
        !source.isPartner || plan.via.organizations.allSatisfy { $0 == organization }
    }

    /// The path that a request goes on with to our sources.
    public func outgoing(_ path: FederationPath) -> FederationPath { path.appending(organization) }
}
