public import Foundation
public import LIFIdentities
public import LIFModel
import Synchronization

/// An identity store that forgets everything with its process.
public final class MemoryIdentityStore: IdentityStore {
    private struct Staged {
        let id: RandomID
        let line: IdentityImportLine
        let date: Date
    }

    private struct State {
        var mappings: [IdentityMapping] = []
        var staged: [Staged] = []
        var changes = 0
    }

    private let state = Mutex(State())
    private let copies = MemoryIdentityCopies()

    /// Makes an empty store.
    public init() {}

    /// Each person's mappings, sorted by system and type to the byte.
    public func mappings(of persons: [String], in organization: String) async throws -> [[IdentityMapping]] {
        let kept = state.withLock { $0.mappings }
        return persons.map { person in
            kept.filter { $0.isOf(person: person, in: organization) }.sorted { left, right in
                let (left, right) = (
                    [left.systemID, left.target.identifierType], [right.systemID, right.target.identifierType]
                )
                return left.map { Array($0.utf8) }.lexicographicallyPrecedes(right.map { Array($0.utf8) }) {
                    $0.lexicographicallyPrecedes($1)
                }
            }
        }
    }

    /// Saves all mappings or none, each with its id.
    ///
    /// - Throws: `LIFError` `IdentityMappingConflict` for an id that does not fit what is kept.
    public func save(_ mappings: [IdentityMapping]) async throws -> [IdentityMapping] {
        try state.withLock { state in
            var kept = state.mappings
            let saved = try mappings.map { try Self.save($0, to: &kept) }
            if kept != state.mappings { state.changes += 1 }
            state.mappings = kept
            return saved
        }
    }

    private static func save(
        _ mapping: IdentityMapping, to kept: inout [IdentityMapping]
    ) throws(LIFError) -> IdentityMapping {
        var new = mapping
        var index = kept.firstIndex { $0.hasKey(of: mapping) }
        if let id = mapping.id {
            if let index, kept[index].id != id { throw .identityMappingConflict }
            index = index ?? kept.firstIndex { $0.id == id }
            if let index, !kept[index].isOf(person: mapping.person, in: mapping.organization) {
                throw .identityMappingConflict
            }
        }
        new.id = index.flatMap { kept[$0].id } ?? mapping.id ?? RandomID().text
        if let index { kept[index] = new } else { kept.append(new) }
        return new
    }

    @discardableResult
    public func remove(_ what: IdentityRemoval) async throws -> Int {
        switch what {
        case .mapping(let id, let person, let organization):
            return remove { $0.id == id && $0.isOf(person: person, in: organization) }
        case .person(let person, let organization):
            state.withLock { $0.staged.removeAll { $0.line.mapping.isOf(person: person, in: organization) } }
            return remove { $0.isOf(person: person, in: organization) }
        case .staged(let id): state.withLock { $0.staged.removeAll { $0.id == id } }
        case .stagedBefore(let date): state.withLock { $0.staged.removeAll { $0.date < date } }
        case .copies, .copiesFetchedBefore: return try await copies.remove(what)
        }
        return 0
    }

    private func remove(_ isMeant: (IdentityMapping) -> Bool) -> Int {
        state.withLock { state in
            let count = state.mappings.count
            state.mappings.removeAll(where: isMeant)
            if state.mappings.count < count { state.changes += 1 }
            return count - state.mappings.count
        }
    }

    public func changeNumber(of subject: IdentitySubject) async throws -> Int {
        subject == .copy ? try await copies.changeNumber(of: subject) : state.withLock { $0.changes }
    }

    public func copies(
        of persons: [String], in organization: String, from origin: String
    ) async throws -> [IdentityCopy?] {
        try await copies.copies(of: persons, in: organization, from: origin)
    }

    public func keep(_ copies: [IdentityCopy], in organization: String, from origin: String) async throws {
        try await self.copies.keep(copies, in: organization, from: origin)
    }

    /// Holds lines of an import back, and returns those that contradict an earlier one.
    public func stage(
        _ lines: [IdentityImportLine], for id: RandomID, at date: Date
    ) async throws -> [IdentityContradiction] {
        state.withLock { state in
            var contradictions: [IdentityContradiction] = []
            for line in lines {
                let earlier = state.staged.first { $0.id == id && $0.line.mapping.hasKey(of: line.mapping) }
                if earlier == nil { state.staged.append(Staged(id: id, line: line, date: date)) }
                if let earlier, earlier.line.mapping.target != line.mapping.target {
                    contradictions.append(IdentityContradiction(number: line.number, earlier: earlier.line.number))
                }
            }
            return contradictions
        }
    }

    /// Saves at most so many of the lines that an import holds back, in their order.
    public func applyStaged(_ id: RandomID, atMost limit: Int) async throws -> IdentityImportCounts {
        try state.withLock { state in
            var counts = IdentityImportCounts()
            var changed = state.mappings
            while counts.total < limit, let index = state.staged.firstIndex(where: { $0.id == id }) {
                var mapping = state.staged.remove(at: index).line.mapping
                mapping.id = nil
                let former = changed.first { $0.hasKey(of: mapping) }
                mapping.id = former?.id
                _ = try Self.save(mapping, to: &changed)
                if former == nil { counts.added += 1 }
                if let former { if former == mapping { counts.unchanged += 1 } else { counts.changed += 1 } }
            }
            if counts.added + counts.changed > 0 { state.changes += 1 }
            state.mappings = changed
            return counts
        }
    }

    /// How many lines imports hold back.
    public var stagedCount: Int { state.withLock { $0.staged.count } }
}

extension IdentityMapping {
    /// Whether one replaces the other.
    fileprivate func hasKey(of other: IdentityMapping) -> Bool {
        isOf(person: other.person, in: other.organization) && isOf(system: other.systemID)
            && target.hasSpelling(ofTypeOf: other.target)
    }
}
