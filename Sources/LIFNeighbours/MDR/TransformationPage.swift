import LIFJSON
import LIFMetadata
import LIFModel

/// One page of a group of transformations: `{"total","page","size","data":[…]}`.
struct TransformationPage {
    /// How many there are on all pages.
    let total: Int
    let transformations: [Transformation]

    /// - Throws: `LIFError` `NeighbourNotAvailable` for a document of another shape.
    init(_ document: RawJSON) throws(LIFError) {
        guard let data = document["data"], data.isArray, let total = document["total"].flatMap({ Int($0.text) }) else {
            throw MDRProblem.unavailable("what it answered is no page of transformations")
        }
        self.total = total
        var transformations: [Transformation] = []
        for element in data.elements {
            guard let expression = element["TransformationExpression"]?.string else {
                throw MDRProblem.unavailable("it gave a transformation without an expression")
            }
            let language = element["TransformationExpressionLanguage"]?.string ?? "JSONata"
            transformations.append(Transformation(expression: expression, language: language))
        }
        self.transformations = transformations
    }
}
