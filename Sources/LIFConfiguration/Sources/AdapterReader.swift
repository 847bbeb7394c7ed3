import LIFModel
import LIFOperators

/// Reads what one source's adapter needs.
struct AdapterReader {
    struct Reading {
        let settings: AdapterSettings
        /// Tells what shapes the data, whether or not credentials are there; see `Origin`.
        var shape = ""
    }

    let block: SettingsBlock
    let credentials: Credentials
    let paths: [WrittenPath]
    let isTranslated: Bool
    let diagnostics: Diagnostics

    func read(_ adapter: AdapterID) -> Reading {
        let limit = block.bytes("max_answer") ?? 0
        switch adapter {
        case .lifToLIF:
            refuse("rest", "is for the adapter \"rest\" only")
            return Reading(settings: lifToLIF(limit))
        case .rest, .exampleREST:
            refuse("schema_cache", "is for the adapter \"lif-to-lif\" only")
            return rest(adapter, limit)
        }
    }

    private func lifToLIF(_ limit: Int) -> AdapterSettings {
        let known = ["host", "scheme", "token", "path", "auth"]
        for member in credentials.connection?.members ?? [] where !known.contains(member.name) {
            diagnostics.report(
                member.place, SettingsBlock.unknown(member.name, in: block.shown("connection"), allowed: known))
        }
        let scheme = credentials.scheme(diagnostics)
        let path = path()
        let authorization = authorization()
        let token = credentials.value("token")
        let schemaLifetime = block.duration("schema_cache") ?? .seconds(3_600)
        guard let host = credentials.host(diagnostics) else { return incomplete(["host"]) }
        if token != nil, scheme.text == "http" { noticeOpenToken(host.text) }
        return .lifToLIF(
            LIFToLIFConfiguration(
                endpoint: "\(scheme.text)://\(host.text)\(path)", token: token.map { Secret($0.text) },
                authorization: authorization, schemaLifetime: schemaLifetime, maximumAnswerBytes: limit))
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

    private func rest(_ adapter: AdapterID, _ limit: Int) -> Reading {
        let rest: SettingsBlock?
        if block.has("rest") {
            rest = block.block("rest")
        } else if adapter == .exampleREST {
            rest = RESTPreset.exampleDataSource(diagnostics)
        } else {
            diagnostics.report(
                block.place(of: "adapter_id"),
                "the adapter \"rest\" needs a block \"\(block.shown("rest"))\" with url and mapping")
            rest = nil
        }
        guard let rest else { return Reading(settings: .notSetUp(reason: "The source has no valid \"rest\" block.")) }
        var reader = RESTReader(block: rest, credentials: credentials, diagnostics: diagnostics)
        guard let configuration = reader.configuration(maximumAnswerBytes: limit) else {
            return Reading(settings: .notSetUp(reason: "The source's \"rest\" block is not valid."))
        }
        if !isTranslated { checkPaths(rest, mappedBy: reader.mappedPaths) }
        refuseUnused(besides: reader.usedCredentials)
        if reader.usedCredentials.contains("host") { _ = credentials.host(diagnostics) }
        if reader.usesTokenOpenly, let host = credentials.value("host") { noticeOpenToken(host.text) }
        let missing = reader.missingCredentials
        return Reading(
            settings: missing.isEmpty ? .rest(configuration) : incomplete(missing),
            shape: Origin.shape(configuration, url: rest.written("url")?.value ?? ""))
    }

    private func refuseUnused(besides used: Set<String>) {
        let names = used.sorted().map { "{\($0)}" }.joined(separator: ", ")
        for member in credentials.connection?.members ?? [] where !used.contains(member.name) {
            diagnostics.report(
                member.place,
                "\"\(block.shown("connection")).\(member.name)\" is used by no template of \"rest\"; they use "
                    + (names.isEmpty ? "none" : names))
        }
    }

    /// A path that no mapping fills would always be empty; a mapping that no path asks for would never be used.
    private func checkPaths(_ rest: SettingsBlock, mappedBy mapped: [WrittenPath]) {
        let names = mapped.map(\.path.description).joined(separator: ", ")
        for written in paths where !mapped.contains(where: { LIFName.matches($0.path.entity, written.path.entity) }) {
            diagnostics.report(
                written.place, "\(written.path) has no entry in \"\(rest.shown("mapping"))\", which maps \(names)")
        }
        guard block.has("rest") else { return }
        for written in mapped where !paths.contains(where: { LIFName.matches($0.path.entity, written.path.entity) }) {
            diagnostics.report(
                written.place,
                "\(written.path) is mapped and is not among \"\(block.shown("lif_fragment_paths"))\"; "
                    + "add it there or leave it out"
            )
        }
    }

    /// Where the file itself describes the connection, what is missing there is an error; where the environment does,
    /// another process may be the one that has it.
    private func incomplete(_ keys: [String]) -> AdapterSettings {
        let reason = credentials.missing(keys)
        if let connection = credentials.connection {
            for key in keys where !connection.has(key) {
                diagnostics.report(
                    connection.place,
                    "\"\(connection.shownPath)\" has no \"\(key)\", and \(credentials.variable(key)) is not set")
            }
        } else {
            diagnostics.notice(reason)
        }
        return .notSetUp(reason: reason)
    }

    private func noticeOpenToken(_ host: String) {
        guard !URLText.isLoopback(host: host) else { return }
        diagnostics.notice(
            "The token of source \"\(credentials.sourceID)\" goes over http, unencrypted; set its scheme to https.")
    }

    private func refuse(_ name: String, _ message: String) {
        if let member = block.member(name) { diagnostics.report(member.place, "\"\(block.shown(name))\" \(message)") }
    }
}
