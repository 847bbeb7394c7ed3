public import Foundation
public import LIFModel

/// Where copies of a remote Identity Mapper's mappings are kept, apart from mappings of our own; processes may share it.
///
/// The truth about them is the mapper's: losing them costs a request. All of its methods throw `LIFError`
/// `OutputReadException`, `OutputWriteException` or `OutputQueueNotAvailableException` when the storage fails.
public protocol IdentityCopies: Sendable {
    /// The copies in the order of the persons; `nil` for a person without one.
    ///
    /// - Parameter origin: The mapper they come from; copies of another one are not given.
    func copies(
        of persons: [String], in organization: String, from origin: String
    ) async throws -> [IdentityCopy?]

    /// Keeps copies in place of older ones; a newer one stays.
    func keep(_ copies: [IdentityCopy], in organization: String, from origin: String) async throws

    /// Removes something of what is kept.
    ///
    /// - Returns: How many mappings of an embedded mapper were removed.
    @discardableResult
    func remove(_ what: IdentityRemoval) async throws -> Int

    /// A number that moves with each change by any process: of the mappings; or when a person's copy is replaced by one with other
    /// mappings, or removed. Costs microseconds when nothing has changed.
    func changeNumber(of subject: IdentitySubject) async throws -> Int
}

/// What a change number is of.
public enum IdentitySubject: String, Sendable, Hashable {
    /// The mappings of an embedded mapper.
    case mapping
    /// Copies of a remote mapper's.
    case copy
}

/// What is removed of identities.
public enum IdentityRemoval: Sendable, Hashable {
    /// One mapping of a person.
    case mapping(id: String, person: String, organization: String)
    /// All mappings of a person, also what an import has staged.
    case person(String, organization: String)
    /// What is still staged for an import.
    case staged(RandomID)
    /// What was staged before a time, by imports that were broken off.
    case stagedBefore(Date)
    /// A person's copies, of whatever mapper.
    case copies(person: String, organization: String)
    /// Copies that nobody may use any more.
    case copiesFetchedBefore(Date)
}

extension IdentityCopies {
    /// Removes a person's copies, of whatever mapper.
    public func removeCopies(of person: String, in organization: String) async throws {
        try await remove(.copies(person: person, organization: organization))
    }

    /// Removes copies that nobody may use any more.
    public func remove(fetchedBefore date: Date) async throws { try await remove(.copiesFetchedBefore(date)) }
}
