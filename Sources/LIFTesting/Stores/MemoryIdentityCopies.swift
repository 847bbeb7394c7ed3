import Foundation
public import LIFIdentities
import Synchronization

/// Copies of a mapper's mappings that are forgotten with their process.
public final class MemoryIdentityCopies: IdentityCopies {
    private struct Key: Hashable {
        let person: [UInt8]
        let organization: String
        let origin: String
    }

    private let state = Mutex<(copies: [Key: IdentityCopy], changes: Int)>(([:], 0))

    /// Makes an empty store.
    public init() {}

    /// A copy for each person, in their order; `nil` where there is none. Expiry is not looked at.
    public func copies(
        of persons: [String], in organization: String, from origin: String
    ) async throws -> [IdentityCopy?] {
        let kept = state.withLock { $0.copies }
        return persons.map { kept[Key(person: Array($0.utf8), organization: organization, origin: origin)] }
    }

    /// Keeps the copies, unless a newer one is kept.
    public func keep(_ copies: [IdentityCopy], in organization: String, from origin: String) async throws {
        state.withLock { state in
            for copy in copies {
                let key = Key(person: Array(copy.person.utf8), organization: organization, origin: origin)
                let former = state.copies[key]
                if let former, former.fetchedAt > copy.fetchedAt { continue }
                if let former, former.mappings != copy.mappings { state.changes += 1 }
                state.copies[key] = copy
            }
        }
    }

    @discardableResult
    public func remove(_ what: IdentityRemoval) async throws -> Int {
        state.withLock { state in
            switch what {
            case .copies(let person, let organization):
                let kept = state.copies.filter {
                    $0.key.person != Array(person.utf8) || $0.key.organization != organization
                }
                if kept.count < state.copies.count { state.changes += 1 }
                state.copies = kept
            case .copiesFetchedBefore(let date): state.copies = state.copies.filter { $0.value.fetchedAt >= date }
            case .mapping, .person, .staged, .stagedBefore: break
            }
        }
        return 0
    }

    public func changeNumber(of subject: IdentitySubject) async throws -> Int { state.withLock { $0.changes } }
}
