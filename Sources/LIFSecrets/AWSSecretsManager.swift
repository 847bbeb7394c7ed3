public import Foundation
public import LIFHTTP
import LIFJSON
public import LIFModel

/// AWS Secrets Manager, over its HTTP API (`GetSecretValue`), signed by Signature Version 4.
///
/// A name is `id#key`: the member `key` of the secret with that name or ARN, whose text is a JSON object. Without `#key`
/// it is the whole text. The version is the one staged as `AWSCURRENT`. A binary secret is taken if it is text in UTF-8.
public struct AWSSecretsManager: SecretSource {
    /// `AWS Secrets Manager in` and the region.
    public let name: String
    private let service: SecretsService
    private let address: ServiceAddress
    private let signature: AWSSignature
    private let sessionToken: Secret?
    private let now: @Sendable () -> Date

    /// A source for one region and one set of credentials. Nothing is asked here.
    ///
    /// - Parameters:
    ///   - sessionToken: Of temporary credentials.
    ///   - endpoint: Instead of the region's own, without a path: that of a VPC, or of a stand-in. `http://` for loopback
    ///     only.
    ///   - timeout: For one request.
    ///   - now: The time that a signature states. AWS refuses one that is more than minutes off.
    /// - Throws: `LIFError` `ConfigurationNotValid` when nothing could be asked with these values.
    public init(
        region: String, accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil,
        endpoint: String? = nil, http: OutgoingHTTPClient, timeout: Duration = .seconds(10),
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws(LIFError) {
        name = "AWS Secrets Manager in \(region)"
        let isRegion = region.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-")
        }
        guard isRegion, !region.isEmpty else {
            throw .secretSource("AWS Secrets Manager", "The \"region\" is none. Write one such as \"us-east-1\"")
        }
        let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        address = try ServiceAddress(endpoint ?? "https://secretsmanager.\(region).\(domain)", of: name)
        guard address.path.isEmpty else { throw .secretSource(name, "The \"endpoint\" must have no path") }
        try SecretsService.check(Secret(accessKeyID), "access key id", of: name)
        try SecretsService.check(secretAccessKey, "secret access key", of: name)
        if let sessionToken { try SecretsService.check(sessionToken, "session token", of: name) }
        service = SecretsService(name: name, client: http, timeout: timeout)
        signature = AWSSignature(
            accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, region: region, service: "secretsmanager")
        self.sessionToken = sessionToken
        self.now = now
    }

    /// As ``secrets(named:)``, for one name.
    public func secret(named name: String) async throws -> String? {
        try await secrets(named: [name])[name]
    }

    /// One request for each secret of AWS.
    public func secrets(named names: Set<String>) async throws -> [String: String] {
        try await SecretName.members(names, read: text) { (name, text) throws(LIFError) in
            guard let key = name.key else { return text.reveal() }
            guard let object = (try? JSONParser.parse(text.reveal()))?.object else {
                throw service.fault("The secret \"\(name.path)\" is no JSON object, so it has no member \"\(key)\"")
            }
            return try service.text(of: object[key], key: key, path: name.path)
        }
    }

    private func text(of id: String) async throws -> Secret? {
        guard Self.isSecretID(id) else { return nil }
        let (headers, body) = request(for: id)
        return try text(
            in: try await service.send(.post, url: address.url, headers: headers, body: body), id: id)
    }

    private func request(for id: String) -> (headers: [(name: String, value: String)], body: [UInt8]) {
        var writer = JSONWriter()
        writer.object { $0.member("SecretId", id) }
        let timestamp = AWSSignature.timestamp(now())
        var headers = [
            (name: "Content-Type", value: "application/x-amz-json-1.1"), (name: "X-Amz-Date", value: timestamp),
            (name: "X-Amz-Target", value: "secretsmanager.GetSecretValue"),
        ]
        if let sessionToken { headers.append((name: "X-Amz-Security-Token", value: sessionToken.reveal())) }
        let authorization = signature.authorization(
            method: "POST", headers: headers + [(name: "Host", value: address.host)], body: writer.bytes,
            timestamp: timestamp)
        headers.append((name: "Authorization", value: authorization))
        return (headers, writer.bytes)
    }

    private func text(in answer: OutgoingResponse, id: String) throws -> Secret? {
        try AWSSecretAnswer(answer, id: id, service: service).text
    }

    /// The characters that names and ARNs of secrets have. Anything else is no secret of AWS, and is not sent.
    private static func isSecretID(_ id: String) -> Bool {
        (1...2_048).contains(id.utf8.count)
            && id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/_+=.@!:-".contains($0)) }
    }
}

extension AWSSecretsManager: CustomReflectable {
    /// Nothing of what it holds.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
