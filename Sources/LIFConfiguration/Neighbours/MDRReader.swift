import LIFModel
import LIFNeighbours
import LIFSettings

/// Reads `mdr`, or takes the one of deployed systems.
struct MDRReader {
    let root: SettingsBlock
    let environment: EnvironmentReader

    private var diagnostics: Diagnostics { root.diagnostics }

    private static let variables = [
        DeployedEnvironment.mdrURL, DeployedEnvironment.mdrToken, DeployedEnvironment.mdrTimeout,
        DeployedEnvironment.dataModelID, DeployedEnvironment.dataModelFromFile,
    ]

    func configuration() -> MDRConfiguration? {
        let isInEnvironment = environment.isSet(DeployedEnvironment.mdrURL)
        guard root.has("mdr") || isInEnvironment else {
            for name in Self.variables {
                environment.noticeUnused(name, "it goes with \(DeployedEnvironment.mdrURL), which is not set")
            }
            return nil
        }
        guard let block = root.block("mdr") else { return nil }
        if block.has("url") {
            for name in Self.variables { environment.noticeUnused(name, "\"mdr.url\" in the file wins") }
        } else if !isInEnvironment {
            diagnostics.report(
                block.place,
                "\"\(block.shownPath)\" has no \"url\", and \(DeployedEnvironment.mdrURL) is not set; give one of the two"
            )
            return nil
        }
        // What the variables say goes with the MDR that they name.
        let deployed = block.has("url") ? EnvironmentReader(environment: [:], diagnostics: diagnostics) : environment
        let url = block.has("url") ? block.url("url") : deployed.url(DeployedEnvironment.mdrURL)
        let key =
            own("api_key", of: block, DeployedEnvironment.mdrToken, deployed)
            ? block.secret("api_key") : deployed.secret(DeployedEnvironment.mdrToken)
        let model =
            own("data_model", of: block, DeployedEnvironment.dataModelID, deployed)
            ? block.text("data_model")?.trimmed : dataModel(deployed)
        let timeout =
            own("timeout", of: block, DeployedEnvironment.mdrTimeout, deployed)
            ? block.duration("timeout")
            : deployed.duration(DeployedEnvironment.mdrTimeout, such: "30") ?? block.duration("timeout")
        guard let url, let timeout, let expiry = block.duration("expiry") else { return nil }
        if key != nil { diagnostics.noticeOpenToken(of: "the MDR", url: url) }
        return MDRConfiguration(
            baseURL: url, apiKey: key.map { Secret($0) }, tenantSchema: block.tenantSchema(), dataModelID: model,
            expiry: expiry, timeout: timeout)
    }

    /// Whether the file has a key of its own; a variable that it wins over is noticed.
    private func own(_ key: String, of block: SettingsBlock, _ name: String, _ environment: EnvironmentReader) -> Bool {
        guard block.has(key) else { return false }
        environment.noticeUnused(name, "\"\(block.shown(key))\" in the file wins")
        return true
    }

    private func dataModel(_ environment: EnvironmentReader) -> String? {
        // As deployed services read it: any other word is no.
        guard environment.text(DeployedEnvironment.dataModelFromFile)?.lowercased() == "true" else {
            return environment.text(DeployedEnvironment.dataModelID)
        }
        environment.noticeUnused(
            DeployedEnvironment.dataModelID,
            "\(DeployedEnvironment.dataModelFromFile) says that the MDR's is not wanted")
        return nil
    }
}

extension SettingsBlock {
    /// What an MDR and a Translator are to take for the tenant, as the header `X-API-Tenant-Schema` names it.
    func tenantSchema() -> String? {
        guard has("tenant_schema"), let text = text("tenant_schema")?.trimmed else { return nil }
        if Self.isToken(text) { return text }
        report("tenant_schema", "has a space, a control character or one beyond ASCII inside; it goes into a header")
        return nil
    }
}
