import LIFModel
import LIFNeighbours

/// Reads `lif_cache`, or takes the one of deployed systems.
struct LIFCacheReader {
    /// As the configuration names them.
    enum Write: String, CaseIterable {
        case absent, never
    }

    let root: SettingsBlock
    let environment: [String: String]

    private var diagnostics: Diagnostics { root.diagnostics }

    func configuration() -> LIFCacheConfiguration? {
        let name = DeployedEnvironment.cacheURL
        let variable = DeployedEnvironment.value(name, in: environment)
        guard root.has("lif_cache") || variable != nil, let block = root.block("lif_cache") else { return nil }
        let url: String?
        if block.has("url") {
            if variable != nil {
                diagnostics.notice("\(name) is set and not used: \"lif_cache.url\" in the file wins.")
            }
            url = block.url("url")
        } else if let variable {
            url = deployed(variable)
        } else {
            diagnostics.report(
                block.place, "\"\(block.shownPath)\" has no \"url\", and \(name) is not set; give one of the two")
            url = nil
        }
        let token = block.has("token") ? block.secret("token") : nil
        let write: Write? = block.choice("write")
        guard let url, let write, let timeout = block.duration("timeout") else { return nil }
        if token != nil { diagnostics.noticeOpenToken(of: "the LIF Cache", url: url) }
        return LIFCacheConfiguration(
            baseURL: url, token: token.map { Secret($0) }, timeout: timeout, isWritten: write == .absent)
    }

    private func deployed(_ text: String) -> String? {
        if let problem = URLText.problem(in: text, allowsQuery: false) {
            diagnostics.report(
                .environment, "\(DeployedEnvironment.cacheURL) is not a URL that can be used: \(problem)")
            return nil
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}
