import LIFSettings

extension Settings {
    static let secrets: [Setting] = [
        Setting(
            "secrets", .secretSources, .without("`[environment]`"),
            "Where `${secret:NAME}` and credentials are looked for; the first that has a secret wins. In this block "
                + "`${NAME}` takes from the environment only."
        ),
        Setting(
            "secrets[].files", .folder, .without("none"),
            "A folder with one secret in each file, as container platforms mount them. A name is that of a file."),
        Setting(
            "secrets[].vault", .block, .without("none"),
            "HashiCorp Vault, a key/value engine of version 2. A name is `path#key`; without `#key` the key is `value`."
        ),
        Setting(
            "secrets[].vault.address", .url, .required, "`https://vault:8200`. `http` is for loopback addresses only."),
        Setting("secrets[].vault.mount", .text, .value("secret"), "Where the engine is mounted."),
        Setting("secrets[].vault.token", .secret, .required, "Its token: `${VAULT_TOKEN}`."),
        Setting("secrets[].vault.namespace", .text, .without("none"), "Of Vault Enterprise."),
        Setting(
            "secrets[].aws", .block, .without("none"),
            "AWS Secrets Manager. A name is `id#key`, a member of a JSON object; without `#key` it is the whole text."),
        Setting("secrets[].aws.region", .text, .required, "`us-east-1`."),
        Setting("secrets[].aws.access_key_id", .secret, .required, "`${AWS_ACCESS_KEY_ID}`."),
        Setting("secrets[].aws.secret_access_key", .secret, .required, "`${AWS_SECRET_ACCESS_KEY}`."),
        Setting("secrets[].aws.session_token", .secret, .without("none"), "Of temporary credentials."),
        Setting(
            "secrets[].aws.endpoint", .url, .without("the region's"),
            "Another address of the service, without a path. `http` is for loopback addresses only."),
    ]
}
