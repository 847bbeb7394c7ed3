import LIFGraphQL
import Synchronization

/// The whole selection of each of a person's fields that is asked for, but for fields that are left out. Each is written
/// when it is first wanted: a partner's schema may have any number of fields that nobody asks for.
final class PartnerSelections: Sendable {
    /// Fields to leave out, each as the names that lead to it from the person.
    let leftOut: Set<[String]>
    private let builder: GraphQLSelectionBuilder
    private let person: String
    private let written: Mutex<[String: Result<String, GraphQLError>]> = Mutex([:])

    /// - Parameter person: The name of the person's type.
    init(_ builder: GraphQLSelectionBuilder, of person: String, leavingOut leftOut: Set<[String]> = []) {
        self.builder = builder
        self.person = person
        self.leftOut = leftOut
    }

    /// The same, with other fields left out.
    func leavingOut(_ leftOut: Set<[String]>) -> PartnerSelections {
        PartnerSelections(builder, of: person, leavingOut: leftOut)
    }

    /// Names and braces of an entity's selection, between spaces.
    ///
    /// - Parameter excluded: What one query leaves out beside `leftOut`.
    /// - Throws: `GraphQLError` when nothing of it can be selected, or too much would be.
    func selection(of entity: String, excluding excluded: Set<[String]> = []) throws(GraphQLError) -> String {
        if excluded.contains(where: { $0.first == entity }) {
            return try builder.selection(of: entity, on: person, excluding: leftOut.union(excluded))
        }
        if let known = written.withLock({ $0[entity] }) { return try known.get() }
        let result: Result<String, GraphQLError>
        do {
            result = .success(try builder.selection(of: entity, on: person, excluding: leftOut))
        } catch {
            result = .failure(error)
        }
        written.withLock { $0[entity] = result }
        return try result.get()
    }
}
