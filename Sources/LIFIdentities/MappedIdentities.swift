public import LIFModel
import Synchronization

/// Learners as the embedded identity store maps them: a learner's identifier is the person's id in our organisation.
///
/// No mapping is ever learnt from data: a partner could merge two people.
public final class MappedIdentities: IdentityLookup {
    private let store: any IdentityStore
    private let organization: String
    private let seen = Mutex<Int?>(nil)

    /// Looks learners up in a store of mappings.
    ///
    /// - Parameter organization: Our own, as the mappings name it (`lif_organization_id`).
    public init(store: any IdentityStore, organization: String) {
        self.store = store
        self.organization = organization
    }

    /// Reads the mappings of all learners at once; what they say to each source is decided by `IdentityResolution`.
    ///
    /// - Throws: `LIFError` `OutputReadException`, `OutputQueueNotAvailableException`.
    public func identities(
        of learners: [LearnerIdentifier], at sources: [InformationSource]
    ) async throws -> [[String: LearnerIdentifier]] {
        let mappings = try await store.mappings(of: learners.map(\.identifier), in: organization)
        return zip(learners, mappings).map { learner, mappings in
            IdentityResolution.identities(of: learner, mappings: mappings, at: sources)
        }
    }

    /// Whether any mapping in the store was changed since the last call, by this process or another.
    ///
    /// - Throws: `LIFError` `OutputReadException`, `OutputQueueNotAvailableException`.
    public func hasChanged() async throws -> Bool {
        let number = try await store.changeNumber(of: .mapping)
        return seen.withLock { seen in
            defer { seen = number }
            return seen != number
        }
    }
}
