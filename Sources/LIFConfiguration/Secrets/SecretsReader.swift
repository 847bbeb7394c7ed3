import LIFModel
import LIFSettings

/// Reads `secrets`.
struct SecretsReader {
    let root: SettingsBlock

    /// - Returns: The environment alone when nothing is said.
    func sources() -> [SecretSourceSettings] {
        guard root.has("secrets") else { return [SecretSourceSettings(kind: .environment, place: root.place)] }
        return root.items("secrets").compactMap(source)
    }

    private func source(_ node: ConfigurationNode, shownPath: String) -> SecretSourceSettings? {
        if let text = node.text {
            if text.value == "environment" { return SecretSourceSettings(kind: .environment, place: node.place) }
            root.diagnostics.report(
                node.place,
                "\"\(shownPath)\" is \(text.forPeople); it must be \"environment\", or a block with files, vault or aws"
            )
            return nil
        }
        guard let block = root.block(node, path: "secrets[]", shownPath: shownPath),
            let name = block.onlyKey()
        else { return nil }
        let kind: SecretSourceSettings.Kind? =
            switch name {
            case "files": block.path("files").map { .files(folder: $0) }
            case "vault": block.block("vault").flatMap(vault)
            case "aws": block.block("aws").flatMap(aws)
            default: nil
            }
        return kind.map { SecretSourceSettings(kind: $0, place: node.place) }
    }

    private func vault(_ block: SettingsBlock) -> SecretSourceSettings.Kind? {
        let (address, mount, token) = (block.url("address"), block.text("mount"), block.secret("token"))
        let namespace = block.isSet("namespace") ? block.text("namespace") : nil
        guard let address, let mount, let token else { return nil }
        return .vault(address: address, mount: mount, token: Secret(token), namespace: namespace)
    }

    private func aws(_ block: SettingsBlock) -> SecretSourceSettings.Kind? {
        let (region, key, secret) = (
            block.text("region"), block.secret("access_key_id"), block.secret("secret_access_key")
        )
        let token = block.isSet("session_token") ? block.secret("session_token") : nil
        let endpoint = block.isSet("endpoint") ? block.url("endpoint") : nil
        guard let region, let key, let secret else { return nil }
        return .aws(
            region: region, accessKeyID: key, secretAccessKey: Secret(secret), sessionToken: token.map { Secret($0) },
            endpoint: endpoint)
    }
}
