public import Foundation
public import LIFModel

/// The mappings of an embedded Identity Mapper. What it has taken it never drops by itself; processes may share it.
///
/// All of its methods throw `LIFError` `OutputReadException`, `OutputWriteException` or `OutputQueueNotAvailableException`
/// when the storage fails. Texts are compared to the byte, types of identifiers too: a deployed mapper may have two
/// spellings of one.
public protocol IdentityStore: IdentityCopies {
    /// The mappings of each person, in the order of the persons; of one person by system and type.
    func mappings(of persons: [String], in organization: String) async throws -> [[IdentityMapping]]

    /// Adds the mappings, or replaces those of the same person, system and type; all of them or none.
    ///
    /// A mapping that names the id of one of the person's own replaces that one, whatever its system and type were.
    ///
    /// - Returns: The mappings as they are kept now, with their ids, in the order given.
    /// - Throws: `LIFError` `IdentityMappingConflict` when an id is another person's, or system and type are already
    ///   mapped under another id than the one given.
    func save(_ mappings: [IdentityMapping]) async throws -> [IdentityMapping]

    /// Holds lines of an import back. A line that says the same as an earlier one of the import is ignored.
    ///
    /// - Returns: The lines that were not taken, as they say otherwise than an earlier one.
    func stage(_ lines: [IdentityImportLine], for id: RandomID, at date: Date) async throws -> [IdentityContradiction]

    /// Saves some of what was staged, at most so many. What is staged no longer counts.
    ///
    /// - Returns: What became of them; nothing at all when nothing was left.
    func applyStaged(_ id: RandomID, atMost limit: Int) async throws -> IdentityImportCounts
}

extension IdentityStore {
    /// Removes one mapping of a person.
    ///
    /// - Returns: `false` when the person has no such mapping.
    public func remove(_ id: String, of person: String, in organization: String) async throws -> Bool {
        try await remove(.mapping(id: id, person: person, organization: organization)) > 0
    }

    /// Removes all mappings of a person, also what an import has staged.
    ///
    /// - Returns: The number of mappings that were removed.
    public func removeAll(of person: String, in organization: String) async throws -> Int {
        try await remove(.person(person, organization: organization))
    }

    /// Drops what is still staged for an import.
    public func dropStaged(_ id: RandomID) async throws { try await remove(.staged(id)) }

    /// Drops what was staged before a time: by imports that were broken off.
    public func dropStaged(before date: Date) async throws { try await remove(.stagedBefore(date)) }
}

extension LIFError {
    /// For `IdentityStore.save`: an id that is another mapping's.
    public static var identityMappingConflict: LIFError {
        LIFError(
            .identityMappingConflict,
            "A mapping's \"mapping_id\" does not fit what is kept: it is another person's, or the person's system and type "
                + "are mapped under another id. Read the person's mappings, or leave \"mapping_id\" out.")
    }
}
