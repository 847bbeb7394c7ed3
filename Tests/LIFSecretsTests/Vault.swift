import Foundation
import LIFHTTP
import LIFJSON
import LIFModel

@testable import LIFSecrets

/// A Vault with key/value engines of version 2, as far as reading them is documented (HashiCorp, "KV secrets engine -
/// version 2 (API)" and "HTTP API", status codes).
struct Vault: Sendable {
    enum Version: Sendable {
        case kept(JSONValue)
        /// `vault kv delete`: the metadata stays.
        case deleted
    }

    static let token = "hvs.s3cr3t-token"

    var isSealed = false
    /// By namespace, empty for the root's; then by mount; then by path.
    var namespaces: [String: [String: [String: Version]]]
    /// What the token's policy allows to read, as a beginning.
    var readable = ""

    /// One engine at `secret/`.
    init(_ secrets: [String: Version]) { namespaces = ["": ["secret": secrets]] }

    func answer(_ asked: StandInServer.Asked) -> StandInServer.Reply {
        if isSealed { return errors(503, "Vault is sealed") }
        guard asked.header("X-Vault-Token") == Self.token, asked.header("X-Vault-Request") == "true" else {
            return errors(403, "permission denied")
        }
        guard asked.method == "GET", let path = asked.target.removingPercentEncoding, path.hasPrefix("/v1/") else {
            return errors(405, "unsupported operation")
        }
        let route = String(path.dropFirst(4))
        guard route.hasPrefix(readable) else { return errors(403, "1 error occurred:\n\t* permission denied\n\n") }
        let mounts = namespaces[asked.header("X-Vault-Namespace") ?? ""] ?? [:]
        guard let mount = mounts.keys.first(where: { route.hasPrefix("\($0)/data/") }) else {
            return errors(404, "no handler for route \"\(route)\". route entry not found.")
        }
        switch mounts[mount]?[String(route.dropFirst(mount.count + 6))] {
        case nil: return .json(["errors": []], status: 404)
        case .kept(let data): return version(data, deletedAt: "", status: 200)
        case .deleted: return version(.null, deletedAt: "2026-01-02T03:04:05.678901234Z", status: 404)
        }
    }

    private func errors(_ status: Int, _ text: String) -> StandInServer.Reply {
        .json(["errors": [.string(text)]], status: status)
    }

    private func version(_ data: JSONValue, deletedAt: String, status: Int) -> StandInServer.Reply {
        let metadata: JSONValue = [
            "created_time": "2026-01-01T03:04:05.678901234Z", "custom_metadata": nil,
            "deletion_time": .string(deletedAt), "destroyed": false, "version": 3,
        ]
        return .json(
            [
                "request_id": "7c3a9f6e-4f0e-6d2b-52f2-0e9bb2f1a001", "lease_id": "", "renewable": false,
                "lease_duration": 0, "data": ["data": data, "metadata": metadata], "wrap_info": nil, "warnings": nil,
                "auth": nil, "mount_type": "kv",
            ], status: status)
    }
}

extension StandInServer {
    func vault(
        token: String = Vault.token, mount: String = "secret", namespace: String? = nil,
        timeout: Duration = .seconds(30)
    ) throws -> VaultSecrets {
        try VaultSecrets(
            address: url, mount: mount, token: Secret(token), namespace: namespace, http: OutgoingHTTPClient(),
            timeout: timeout)
    }

    func aws(sessionToken: String? = nil, timeout: Duration = .seconds(30)) throws -> AWSSecretsManager {
        try AWSSecretsManager(
            region: "us-east-1", accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("s3cr3t-key"),
            sessionToken: sessionToken.map { Secret($0) }, endpoint: url, http: OutgoingHTTPClient(), timeout: timeout,
            now: { Date(timeIntervalSince1970: 1_440_938_160) })
    }
}
