import LIFModel
import LIFNeighbours

/// Reads `translators`, or takes the one of deployed systems.
struct TranslatorsReader {
    static let standardName = "default"

    let root: SettingsBlock
    let connections: Connections
    let environment: [String: String]

    private var diagnostics: Diagnostics { root.diagnostics }

    func translators() -> NamedEntries<TranslatorConfiguration> {
        var entries = root.named("translators") { member, block in
            if !member.name.isEntryName {
                diagnostics.report(
                    member.place,
                    "\"\(member.name)\" is no name for a translator; it must have letters, digits, \"-\", \"_\" and \".\""
                )
            }
            return translator(block)
        }
        let name = DeployedEnvironment.translatorURL
        if !entries.keys.contains(Self.standardName) {
            if let deployed = deployed() { entries.updateValue(deployed, forKey: Self.standardName) }
        } else if DeployedEnvironment.value(name, in: environment) != nil {
            diagnostics.notice("\(name) is set and not used: \"translators.default\" in the file wins.")
        }
        return NamedEntries(entries, key: "translators", kind: "translator", diagnostics)
    }

    private func translator(_ block: SettingsBlock) -> TranslatorConfiguration? {
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
            baseURL: url, token: token.map { Secret($0) }, maximumAnswerBytes: block.bytes("max_answer") ?? 0)
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

    private func deployed() -> TranslatorConfiguration? {
        let token = DeployedEnvironment.value(DeployedEnvironment.translatorToken, in: environment)
        let name = DeployedEnvironment.translatorURL
        guard let url = DeployedEnvironment.value(name, in: environment) else {
            if token != nil {
                diagnostics.notice("\(DeployedEnvironment.translatorToken) is set and not used: \(name) is not set.")
            }
            return nil
        }
        if let problem = URLText.problem(in: url, allowsQuery: false) {
            diagnostics.report(.environment, "\(name) is not a URL that can be used: \(problem)")
            return nil
        }
        if token != nil { diagnostics.noticeOpenToken(of: "the translator", url: url) }
        return TranslatorConfiguration(baseURL: url, token: token.map { Secret($0) })
    }
}

extension Diagnostics {
    /// - Parameter what: Whose token it is, for people.
    func noticeOpenToken(of what: String, url: String) {
        guard url.lowercased().hasPrefix("http://") else { return }
        let host = url.dropFirst("http://".count).prefix { $0 != "/" }
        guard !URLText.isLoopback(host: String(host)) else { return }
        notice("The token of \(what) goes over http, unencrypted; use https.")
    }
}
