import LIFJSON
import LIFModel

extension PersonModel {
    /// A model whose `Person` has these properties, in the form of an OpenAPI document.
    static func made(_ properties: String, schemas: String = "") throws -> PersonModel {
        let text = #"{"components":{"schemas":{\#(schemas)"Person":{"type":"object","properties":{\#(properties)}}}}}"#
        return try PersonModel(openAPI: RawJSON(validating: Array(text.utf8)))
    }
}
