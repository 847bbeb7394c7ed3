import LIFHTTP
import LIFModel
import LIFSecrets
import LIFSettings

/// One entry of `secrets`, and where it stands.
struct SecretSourceSettings {
    enum Kind {
        case environment
        case files(folder: String)
        case vault(address: String, mount: String, token: Secret, namespace: String?)
        case aws(
            region: String, accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret?, endpoint: String?)
    }

    let kind: Kind
    let place: Place

    var isEnvironment: Bool {
        if case .environment = kind { true } else { false }
    }

    /// The folder of its files, whose changes are changes of the configuration.
    var folder: String? {
        if case .files(let folder) = kind { folder } else { nil }
    }

    /// - Throws: `LIFError` `ConfigurationNotValid` when nothing can be asked with these values.
    func source(environment: [String: String], http: OutgoingHTTPClient) throws(LIFError) -> any SecretSource {
        switch kind {
        case .environment:
            EnvironmentSecrets(environment: environment)
        case .files(let folder):
            FileSecrets(folder: folder)
        case .vault(let address, let mount, let token, let namespace):
            try VaultSecrets(address: address, mount: mount, token: token, namespace: namespace, http: http)
        case .aws(let region, let accessKeyID, let secretAccessKey, let sessionToken, let endpoint):
            try AWSSecretsManager(
                region: region, accessKeyID: accessKeyID, secretAccessKey: secretAccessKey,
                sessionToken: sessionToken, endpoint: endpoint, http: http)
        }
    }
}
