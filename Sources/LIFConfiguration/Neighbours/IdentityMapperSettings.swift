public import LIFNeighbours

/// Where the identifier comes from by which each source knows a learner.
public enum IdentityMapperSettings: Sendable, Hashable {
    /// The planner itself, from its own store.
    case embedded(organization: String)
    /// An Identity Mapper over HTTP.
    case remote(IdentityMapperConfiguration)

    /// As the configuration names them.
    enum Kind: String, CaseIterable {
        case embedded, remote
    }
}
