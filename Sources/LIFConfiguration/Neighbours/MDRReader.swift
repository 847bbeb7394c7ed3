import LIFModel
import LIFNeighbours

/// Reads `mdr`.
struct MDRReader {
    let root: SettingsBlock

    func configuration() -> MDRConfiguration? {
        guard root.has("mdr"), let block = root.block("mdr") else { return nil }
        let url = block.url("url")
        let key = block.has("api_key") ? block.secret("api_key") : nil
        let model = block.has("data_model") ? block.text("data_model")?.trimmed : nil
        guard let url, let expiry = block.duration("expiry"), let timeout = block.duration("timeout") else {
            return nil
        }
        if key != nil { root.diagnostics.noticeOpenToken(of: "the MDR", url: url) }
        return MDRConfiguration(
            baseURL: url, apiKey: key.map { Secret($0) }, dataModelID: model, expiry: expiry, timeout: timeout)
    }
}
