import LIFJSON
import LIFModel

/// What is used of a document.
enum MetadataContent: Sendable, Hashable {
    case model(PersonModel)
    /// `nil` when there are no transformations.
    case transformations(digest: String?)

    /// - Throws: `LIFError` `NeighbourNotAvailable` for a document that cannot be used.
    init(_ topic: MetadataTopic, _ body: RawJSON) throws(LIFError) {
        switch topic {
        case .dataModel(let id):
            do {
                self = .model(try PersonModel(openAPI: body))
            } catch {
                throw LIFError(
                    .neighbourNotAvailable, "The MDR's data model \(id) cannot be used. \(error.message)",
                    blame: .source, cause: error)
            }
        case .transformations:
            guard let group = Transformation.group(body) else {
                throw LIFError(
                    .neighbourNotAvailable, "A kept copy of the MDR's transformations cannot be read.", blame: .us)
            }
            self = .transformations(digest: group.isEmpty ? nil : Transformation.digest(group))
        }
    }
}
