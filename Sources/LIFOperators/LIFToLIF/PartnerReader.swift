import LIFModel
import LIFSettings

/// Reads how a partner's LIF API is reached (adapter `lif-to-lif`).
struct PartnerReader {
    let block: SettingsBlock
    let credentials: Credentials

    private var diagnostics: Diagnostics { block.diagnostics }

    /// - Returns: `nil` without a host.
    func configuration(maximumAnswerBytes: Int) -> LIFToLIFConfiguration? {
        let known = ["from", "host", "scheme", "token", "path", "auth"]
        for member in credentials.connection.inline?.members ?? [] where !known.contains(member.name) {
            diagnostics.report(
                member.place, SettingsBlock.unknown(member.name, in: block.shown("connection"), allowed: known))
        }
        let scheme = credentials.scheme()
        let path = path()
        let authorization = authorization()
        let token = credentials.value("token")
        let schemaLifetime = block.duration("schema_cache") ?? .seconds(3_600)
        guard let host = credentials.host() else { return nil }
        let endpoint = "\(scheme.text)://\(host.text)\(path)"
        if token != nil {
            diagnostics.noticeOpenToken(of: credentials.owner, url: endpoint)
        }
        return LIFToLIFConfiguration(
            endpoint: endpoint, token: token.map { Secret($0.text) }, authorization: authorization,
            schemaLifetime: schemaLifetime, maximumAnswerBytes: maximumAnswerBytes)
    }

    private func path() -> String {
        guard let path = credentials.value("path") else { return "/graphql" }
        let problem =
            path.text.hasPrefix("/")
            ? URLText.problem(in: "http://host\(path.text)", allowsQuery: false) : "it must begin with \"/\""
        if let problem { diagnostics.report(path.place, "\(path.name) is no path of a URL: \(problem)") }
        return path.text
    }

    private func authorization() -> LIFToLIFConfiguration.Authorization {
        guard let written = credentials.value("auth") else { return .bearer }
        if let authorization = LIFToLIFConfiguration.Authorization(rawValue: written.text) { return authorization }
        diagnostics.report(written.place, "\(written.name) must be \"bearer\" or \"api-key\"")
        return .bearer
    }
}
