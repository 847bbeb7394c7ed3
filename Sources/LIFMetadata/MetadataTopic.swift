import LIFJSON
import LIFModel

/// One thing that a Metadata Repository is asked about.
enum MetadataTopic: Sendable, Hashable {
    case dataModel(id: String)
    case transformations(Translation)

    /// What a configuration needs to know: its data model, and the transformations of its sources.
    static func needed(by catalogue: SourceCatalogue, dataModelID: String?) -> [MetadataTopic] {
        var topics: [MetadataTopic] = []
        if let dataModelID { topics.append(.dataModel(id: dataModelID)) }
        for source in catalogue.sources {
            guard let translation = source.translation else { continue }
            let topic = MetadataTopic.transformations(translation)
            if !topics.contains(topic) { topics.append(topic) }
        }
        return topics
    }

    /// The document's key in a store.
    ///
    /// - Parameter repository: Tells the repositories apart that a store may hold copies of.
    func key(repository: String) -> String {
        let parts: [String] =
            switch self {
            case .dataModel(let id): ["data-model", id]
            case .transformations(let pair): ["transformations", pair.sourceSchemaID, pair.targetSchemaID]
            }
        // Written as JSON, no two lists of ids look the same.
        return RawJSON(.array(([repository] + parts).map(JSONValue.string))).text
    }

    /// Asks for the document.
    func fetch(from repository: any MetadataRepository) async throws -> RawJSON {
        switch self {
        case .dataModel(let id):
            try await repository.dataModel(id: id)
        case .transformations(let pair):
            Transformation.json(
                try await repository.transformations(from: pair.sourceSchemaID, to: pair.targetSchemaID))
        }
    }
}
