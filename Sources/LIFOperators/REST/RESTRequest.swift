import Foundation
import LIFHTTP
import LIFJSON
import LIFModel
import LIFWorkflow

/// A request to a REST source with the learner filled in, encoded for each place.
struct RESTRequest: Sendable {
    let method: OutgoingRequest.Method
    let url: String
    let headers: [(name: String, value: String)]
    let body: [UInt8]?

    /// - Throws: `OperatorException` with reason `internal` when the learner's identifier cannot stand in a place where
    ///   the configuration puts it. Nothing may be sent then: it would ask for something else.
    ///
    /// - Parameter hidesSecrets: For people, and not to be sent: a mark stands in the place of each credential.
    init(
        for learner: LearnerIdentifier, configuration: RESTConfiguration, hidesSecrets: Bool = false
    ) throws(LIFError) {
        method =
            switch configuration.method {
            case .get: .get
            case .post: .post
            }
        url = configuration.url.filled(
            identifier: learner.identifier.percentEncoded, identifierType: learner.identifierType.percentEncoded,
            hidesSecrets: hidesSecrets)
        let isGap = configuration.url.parts.contains { part in
            part == .identifier && learner.identifier.isEmpty
                || part == .identifierType && learner.identifierType.isEmpty
        }
        guard !isGap, !url.hasDotSegment else { throw Self.unfit("in this source's URL") }
        var headers: [(name: String, value: String)] = []
        for header in configuration.headers {
            let value =
                hidesSecrets && header.isCredential
                ? OperatorTrace.hidden
                : header.value.filled(
                    identifier: learner.identifier, identifierType: learner.identifierType,
                    hidesSecrets: hidesSecrets)
            guard !value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                throw Self.unfit("in the header \"\(header.name)\"")
            }
            headers.append((header.name, value))
        }
        body = configuration.body.map { body in
            Array(
                body.filled(
                    identifier: learner.identifier.jsonEscaped,
                    identifierType: learner.identifierType.jsonEscaped,
                    hidesSecrets: hidesSecrets
                ).utf8)
        }
        if body != nil, !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            headers.append(("Content-Type", "application/json"))
        }
        if !headers.contains(where: { $0.name.lowercased() == "accept" }) {
            headers.append(("Accept", "application/json"))
        }
        self.headers = headers
    }

    private static func unfit(_ place: String) -> LIFError {
        .source(.internal, "The learner's identifier cannot stand \(place).")
    }
}

extension String {
    /// As it stands between the quotation marks of a JSON string.
    var jsonEscaped: String { String(RawJSON(.string(self)).text.dropFirst().dropLast()) }

    /// Whether the path of the URL has a segment `.` or `..`. Those lead elsewhere, and even written as `%2E` many
    /// servers and proxies follow them, so there is no safe way to send them.
    fileprivate var hasDotSegment: Bool {
        let path = prefix { $0 != "?" && $0 != "#" }
        return path.split(separator: "/", omittingEmptySubsequences: false).contains { [".", ".."].contains($0) }
    }

    /// The root of the URL's host: `https://sis.example.edu/`; `nil` when it is no absolute URL.
    var hostRoot: String? {
        guard let separator = firstRange(of: "://") else { return nil }
        let authority = self[separator.upperBound...].prefix { !"/?#".contains($0) }
        return authority.isEmpty ? nil : self[..<separator.upperBound] + authority + "/"
    }
}
