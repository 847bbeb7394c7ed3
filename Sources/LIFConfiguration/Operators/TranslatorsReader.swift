import LIFModel
import LIFNeighbours
import LIFSettings

/// Reads `translators`, or takes the one of deployed systems.
struct TranslatorsReader {
    static let standardName = "default"

    let root: SettingsBlock
    let connections: Connections
    let environment: EnvironmentReader

    private var diagnostics: Diagnostics { root.diagnostics }

    func translators() -> NamedEntries<TranslatorConfiguration> {
        var entries = root.named("translators") { member, block in
            if !member.name.isEntryName {
                diagnostics.report(
                    member.place,
                    "\"\(member.name)\" is no name for a translator; it must have letters, digits, \"-\", \"_\" and \".\""
                )
            }
            return member.name == Self.standardName && !block.has("url") && !block.has("connection")
                && environment.isSet(DeployedEnvironment.translatorURL) ? deployed(block) : translator(block)
        }
        if !entries.keys.contains(Self.standardName) {
            let block = root.absent("translators.*", shownPath: "translators.default")
            if let deployed = deployed(block) { entries.updateValue(deployed, forKey: Self.standardName) }
        }
        return NamedEntries(entries, key: "translators", kind: "translator", diagnostics)
    }

    private func translator(_ block: SettingsBlock) -> TranslatorConfiguration? {
        if block.shownPath == "translators.\(Self.standardName)" {
            for name in [DeployedEnvironment.translatorURL, DeployedEnvironment.translatorToken] {
                environment.noticeUnused(name, "\"\(block.shownPath)\" in the file wins")
            }
        }
        let connection = connections.named("connection", of: block)
        if block.has("url"), block.has("connection") {
            block.report("connection", "stands beside \"url\"; keep one of the two")
            return nil
        }
        for key in ["scheme", "host", "path", "token"] { connections.use(key, of: connection) }
        let url: String?
        if block.has("connection") {
            url = connection.flatMap(Self.url)
        } else if block.has("url") {
            url = block.url("url")
        } else {
            diagnostics.report(
                block.place, "\"\(block.shownPath)\" has no \"url\" and no \"connection\"; it must have one")
            url = nil
        }
        let ofConnection = connection.flatMap { $0.has("token") ? $0.secret("token") : nil }
        let token = block.has("token") ? block.secret("token") : ofConnection
        guard let url else { return nil }
        if token != nil { diagnostics.noticeOpenToken(of: "\"\(block.shownPath)\"", url: url) }
        return TranslatorConfiguration(
            baseURL: url, token: token.map { Secret($0) }, tenantSchema: block.tenantSchema(),
            maximumAnswerBytes: block.bytes("max_answer") ?? 0)
    }

    private static func url(_ connection: SettingsBlock) -> String? {
        guard let host = connection.written("host") else {
            if !connection.has("host") {
                connection.diagnostics.report(
                    connection.place, "\"\(connection.shownPath)\" has no \"host\", and a translator uses it")
            }
            return nil
        }
        let scheme = connection.has("scheme") ? connection.text("scheme") : "http"
        let path = connection.has("path") ? connection.text("path") : ""
        guard let scheme, let path else { return nil }
        let url = "\(scheme)://\(host.value.trimmed)\(path)"
        if let problem = URLText.problem(in: url, allowsQuery: false) {
            connection.report("host", "gives a translator no URL that can be used: \(problem)")
            return nil
        }
        return url
    }

    /// The one whose address the environment has.
    ///
    /// - Parameter block: What the file says of it beside.
    private func deployed(_ block: SettingsBlock) -> TranslatorConfiguration? {
        let (name, tokenName) = (DeployedEnvironment.translatorURL, DeployedEnvironment.translatorToken)
        guard environment.isSet(name) else {
            environment.noticeUnused(tokenName, "\(name) is not set")
            return nil
        }
        if block.has("token") { environment.noticeUnused(tokenName, "\"\(block.shown("token"))\" in the file wins") }
        let token = block.has("token") ? block.secret("token") : environment.secret(tokenName)
        guard let url = environment.url(name) else { return nil }
        if token != nil { diagnostics.noticeOpenToken(of: "the translator", url: url) }
        return TranslatorConfiguration(
            baseURL: url, token: token.map { Secret($0) }, tenantSchema: block.tenantSchema(),
            maximumAnswerBytes: block.bytes("max_answer") ?? 0)
    }
}
