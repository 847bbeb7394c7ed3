import LIFConcurrency
public import LIFHTTP
public import LIFJSON
public import LIFModel
public import LIFWorkflow

/// Has documents translated by a LIF Translator over HTTP (wire.md, "Neighbours").
public struct HTTPTranslator: Translator {
    private let configuration: TranslatorConfiguration
    private let http: NeighbourHTTP

    /// How deep a record may be, so that what is wrapped around it stays within what a reader of JSON takes.
    private static let maximumDepth = 128

    /// A client for one Translator. Nothing is sent here.
    public init(configuration: TranslatorConfiguration, http: OutgoingHTTPClient) {
        self.configuration = configuration
        self.http = NeighbourHTTP(
            client: http, baseURL: configuration.baseURL, token: configuration.token?.reveal(),
            timeout: configuration.requestTimeout, maximumAnswerBytes: configuration.maximumAnswerBytes,
            tenantSchema: configuration.tenantSchema)
    }

    /// Posts the document once, and takes a LIF record from the answer; `{}` as an answer is a record without data.
    ///
    /// - Throws: `LIFError` `OperatorException`, with reason `invalid-answer` when the answer is no LIF record or is nested
    ///   deeper than 128 levels; `CancellationError`.
    public func translate(
        _ document: RawJSON, _ translation: Translation, context: OperatorContext
    ) async throws -> RawJSON {
        let ids = [translation.sourceSchemaID, translation.targetSchemaID]
        guard ids.allSatisfy({ !["", ".", ".."].contains($0) }) else {
            throw LIFError.source(.internal, "The translation of this source names a schema by what is no id.")
        }
        let path = "translate/source/\(ids[0].percentEncoded)/target/\(ids[1].percentEncoded)"
        let secrets = configuration.token.map { [$0.reveal()] } ?? []
        context.trace?.request(
            "POST \(configuration.baseURL)/\(path)",
            lines: secrets.map { _ in "Authorization: Bearer \(OperatorTrace.hidden)" },
            body: Array(document.bytes),
            hiding: secrets)
        let answer = try await send(.post, path, body: Array(document.bytes))
        context.trace?.answer(
            "HTTP \(answer.status), \(answer.body.count) bytes from the translator", body: answer.body,
            hiding: secrets)
        guard answer.isSuccess else { throw TranslatorProblem.error(answer, path: nil) }
        return try await LargeAnswers.shared.read(answer.body.count, of: configuration.baseURL) { try record(answer) }
    }

    /// Asks `/health`, or the root of a Translator that has none.
    public func check() async throws -> String {
        for path in ["health", ""] {
            let answer = try await send(.get, path)
            if answer.isSuccess { return "answers (HTTP \(answer.status))" }
            if [404, 405].contains(answer.status), path != "" { continue }
            throw TranslatorProblem.error(answer, path: "/\(path)")
        }
        throw TranslatorProblem.error(OutgoingResponse(status: 404), path: "/")
    }

    private func send(
        _ method: OutgoingRequest.Method, _ path: String, body: [UInt8]? = nil
    ) async throws -> OutgoingResponse {
        try await http.send(method, path, body: body) { TranslatorProblem.error($0) }
    }

    /// The record of an answer, with its one person inside an array under `Person`.
    private func record(_ answer: OutgoingResponse) throws(LIFError) -> RawJSON {
        let limits = JSONLimits(maximumBytes: configuration.maximumAnswerBytes, maximumDepth: Self.maximumDepth)
        guard let document = try? RawJSON(validating: answer.body, limits: limits) else {
            throw TranslatorProblem.invalid("its answer is not valid JSON, or nested too deep")
        }
        // What a deployed Translator gives when no expression applies.
        if document.isObject, document.members.isEmpty { return LIFRecord(person: nil).json }
        guard let root = document.member(named: "Person"), root.isObject || root.isArray else {
            throw TranslatorProblem.invalid("its answer has no \"Person\"")
        }
        let person = document.personOfRecord
        guard person != nil || root == .emptyArray else {
            throw TranslatorProblem.invalid("its answer has no object under \"Person\"")
        }
        return LIFRecord(person: person).json
    }
}
