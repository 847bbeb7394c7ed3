public import LIFHTTP
import LIFJSON
public import LIFModel

/// A key/value secrets engine, version 2, of HashiCorp Vault (or OpenBao), over its HTTP API.
///
/// A name is `path#key`: the member `key` of the secret at `path`, in its newest version. Without `#key` it is the member
/// `value`. A deleted version is no secret. Redirects of a standby node are not followed.
public struct VaultSecrets: SecretSource {
    /// `vault at` and the host of the address.
    public let name: String
    private let service: SecretsService
    /// Up to and with `data/`.
    private let prefix: String
    /// As policies name it: `secret/data/`.
    private let policyPrefix: String
    private let token: Secret
    private let namespace: String?

    /// A source for one mount of one Vault. Nothing is asked here.
    ///
    /// - Parameters:
    ///   - address: `https://vault:8200`, with a path if a proxy adds one. `http://` for loopback only.
    ///   - mount: Where the engine is mounted; may have several segments.
    ///   - namespace: Of Vault Enterprise.
    ///   - timeout: For one request.
    /// - Throws: `LIFError` `ConfigurationNotValid` when nothing could be asked with these values.
    public init(
        address: String, mount: String = "secret", token: Secret, namespace: String? = nil, http: OutgoingHTTPClient,
        timeout: Duration = .seconds(10)
    ) throws(LIFError) {
        let address = try ServiceAddress(address, of: "vault")
        name = "vault at \(address.host)"
        let trimmed = mount.split(separator: "/", omittingEmptySubsequences: true).joined(separator: "/")
        guard let mount = Self.encoded(path: trimmed) else {
            throw .secretSource(name, "The \"mount\" is no path. Write one such as \"secret\" or \"team/kv\"")
        }
        try SecretsService.check(token, "token", of: name)
        if let namespace { try SecretsService.check(Secret(namespace), "namespace", of: name) }
        service = SecretsService(name: name, client: http, timeout: timeout)
        prefix = "\(address.url)/v1/\(mount)/data/"
        policyPrefix = "\(trimmed)/data/"
        self.token = token
        self.namespace = namespace
    }

    /// As ``secrets(named:)``, for one name.
    public func secret(named name: String) async throws -> String? {
        try await secrets(named: [name])[name]
    }

    /// One request for each path.
    public func secrets(named names: Set<String>) async throws -> [String: String] {
        try await SecretName.members(names, read: document) { (name, document) throws(LIFError) in
            let key = name.key ?? "value"
            return try service.text(of: document[key], key: key, path: name.path)
        }
    }

    private func document(at path: String) async throws -> JSONObject? {
        guard let encoded = Self.encoded(path: path) else { return nil }
        var headers = [(name: "X-Vault-Token", value: token.reveal()), (name: "X-Vault-Request", value: "true")]
        if let namespace { headers.append((name: "X-Vault-Namespace", value: namespace)) }
        return try read(try await service.send(url: prefix + encoded, headers: headers), path: path)
    }

    private func read(_ answer: OutgoingResponse, path: String) throws(LIFError) -> JSONObject? {
        let body = try? JSONParser.parse(answer.body)
        switch answer.status {
        case 200:
            guard let data = body?["data"]?["data"] else {
                throw service.fault("What answered is no key/value engine of version 2. Check its address and mount")
            }
            if data.isNull { return nil }
            guard let object = data.object else { throw service.fault(service.notItsAnswer) }
            return object
        case 404:
            // So it says that nothing is mounted there; where something is, "errors" is empty.
            let isUnmounted = body?["errors"]?.array?.contains { $0.string?.hasPrefix("no handler for route") == true }
            if isUnmounted == true {
                throw service.fault("Nothing is mounted at \"\(policyPrefix.dropLast(6))\". Check mount and namespace")
            }
            return nil
        case 403:
            throw service.fault(
                "It refused the token. Check that it is still valid, and that its policy allows \"read\" on "
                    + "\"\(policyPrefix)\(path)\"")
        case 503:
            throw service.fault("It is sealed or not ready. Unseal it, or wait until it is", isRetryable: true)
        default:
            throw service.unexpected(status: answer.status)
        }
    }

    /// - Returns: Nil for what is no path: an empty segment, or one that leads elsewhere.
    private static func encoded(path: String) -> String? {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else { return nil }
        return segments.map { String($0).percentEncoded }.joined(separator: "/")
    }
}

extension VaultSecrets: CustomReflectable {
    /// Nothing of what it holds.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
