public import Foundation

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

    /// Removes a person's copies, of whatever mapper.
    func removeAll(of person: String, in organization: String) async throws

    /// Removes copies that nobody may use any more.
    func remove(fetchedBefore date: Date) async throws

    /// A number that moves when a person's copy is replaced by one with other mappings, by any process. Costs
    /// microseconds when nothing has changed.
    func changeNumber() async throws -> Int
}
