public import LIFJSON
public import LIFModel

/// Brings a source's document into the target data model. The rules for a `TaskOperator` hold.
public protocol Translator: Sendable {
    /// Translates one document in one attempt.
    ///
    /// - Returns: A LIF record, `{"Person":[{…}]}`.
    func translate(_ document: RawJSON, _ translation: Translation, context: OperatorContext) async throws -> RawJSON

    /// As for `TaskOperator`.
    func check() async throws -> String
}
