public import LIFModel
import Synchronization

/// Learners as the embedded identity store maps them: a learner's identifier is the person's id in our organisation.
///
/// No mapping is ever learnt from data: a partner could merge two people.
public final class MappedIdentities: IdentityLookup {
    private let store: any IdentityStore
    private let organization: String
    private let seen = Mutex<Int?>(nil)

    /// - Parameter organization: Our own, as the mappings name it (`lif_organization_id`).
    public init(store: any IdentityStore, organization: String) {
        self.store = store
        self.organization = organization
    }

    public func identities(
        of learners: [LearnerIdentifier], at sources: [InformationSource]
    ) async throws -> [[String: LearnerIdentifier]] {
        let mappings = try await store.mappings(of: learners.map(\.identifier), in: organization)
        return zip(learners, mappings).map { learner, mappings in
            IdentityResolution.identities(of: learner, mappings: mappings, at: sources)
        }
    }

    public func hasChanged() async throws -> Bool {
        let number = try await store.changeNumber()
        return seen.withLock { seen in
            defer { seen = number }
            return seen != number
        }
    }
}
