import LIFModel
import LIFOperators

/// Reads what one source's adapter needs.
struct AdapterReader {
    struct Reading {
        let settings: AdapterSettings
        /// Tells what shapes the data, whether or not credentials are there; see `Origin`.
        var shape = ""

        static func notValid(_ name: String) -> Reading {
            Reading(settings: .notSetUp(reason: "The source has no valid \"\(name)\" block."))
        }
    }

    let block: SettingsBlock
    let credentials: Credentials
    let paths: [WrittenPath]
    let isTranslated: Bool
    let model: PersonModel

    var diagnostics: Diagnostics { block.diagnostics }
    private var answerLimit: Int { block.bytes("max_answer") ?? 0 }

    func read(_ adapter: AdapterCatalogue.Adapter) -> Reading {
        switch adapter.base {
        case .command(let entry):
            refuse(except: ["max_answer"], adapter.baseID)
            var command = entry.command
            if block.has("max_answer") { command.maximumAnswerBytes = answerLimit }
            return Reading(settings: .command(command), shape: Origin.shape(command: entry.shape))
        case .ours(.lifToLIF):
            refuse(except: ["connection", "max_answer", "schema_cache"], adapter.baseID)
            return Reading(settings: lifToLIF())
        case .ours(.rest), .ours(.exampleREST):
            refuse(except: ["connection", "max_answer", "rest"], adapter.baseID)
            return rest(isPreset: adapter.baseID == AdapterID.exampleREST.rawValue)
        case .ours(.command):
            refuse(except: ["connection", "max_answer", "command"], adapter.baseID)
            return command()
        case .ours(.file):
            refuse(except: ["file"], adapter.baseID)
            return file()
        case .ours(.sql):
            refuse(except: ["max_answer", "sql"], adapter.baseID)
            return sql()
        }
    }

    /// The keys that are for some adapters only, and those adapters.
    private static let special: [(key: String, adapters: String)] = [
        ("rest", "\"rest\""), ("command", "\"command\""), ("file", "\"file\""), ("sql", "\"sql\""),
        ("schema_cache", "\"lif-to-lif\""), ("connection", "\"lif-to-lif\", \"rest\" and \"command\""),
    ]

    private func refuse(except allowed: [String], _ adapter: String) {
        for (key, adapters) in Self.special where !allowed.contains(key) {
            guard let member = block.member(key) else { continue }
            diagnostics.report(
                member.place, "\"\(block.shown(key))\" is for the adapter \(adapters) only, and not for \"\(adapter)\"")
        }
        if !allowed.contains("max_answer"), let member = block.member("max_answer") {
            diagnostics.report(
                member.place,
                "\"\(block.shown("max_answer"))\" is not for files; set \"\(block.shown("file")).max_file\"")
        }
    }

    private func lifToLIF() -> AdapterSettings {
        PartnerReader(block: block, credentials: credentials).configuration(maximumAnswerBytes: answerLimit)
            .map(AdapterSettings.lifToLIF) ?? incomplete(["host"])
    }

    private func rest(isPreset: Bool) -> Reading {
        let rest = isPreset && !block.has("rest") ? RESTPreset.exampleDataSource(diagnostics) : adapterBlock("rest")
        guard let rest else { return .notValid("rest") }
        var reader = RESTReader(block: rest, credentials: credentials, model: model, diagnostics: diagnostics)
        guard
            let configuration = reader.configuration(
                maximumAnswerBytes: answerLimit, isTranslated: isTranslated)
        else {
            return .notValid("rest")
        }
        check(reader.mappedPaths, in: rest, "mapping", isPreset: !block.has("rest"))
        if block.has("rest") { noticeUntranslated(rest) }
        refuseUnused(besides: reader.usedCredentials, by: "template of \"rest\"")
        if reader.usedCredentials.contains("host") { _ = credentials.host() }
        if reader.usesTokenOpenly, let host = credentials.value("host") { noticeOpenToken(host.text) }
        let missing = reader.missingCredentials
        return Reading(
            settings: missing.isEmpty ? .rest(configuration) : incomplete(missing),
            shape: Origin.shape(configuration, url: rest.written("url")?.withoutSecrets ?? ""))
    }

    private func command() -> Reading {
        guard let command = adapterBlock("command"),
            let reading = CommandReader(block: command, credentials: credentials).read(
                run: "run", maximumAnswerBytes: answerLimit)
        else { return .notValid("command") }
        refuseUnused(besides: reading.usedCredentials, by: "variable of \"command.environment\"")
        let missing = reading.missingCredentials
        return Reading(
            settings: missing.isEmpty ? .command(reading.configuration) : incomplete(missing),
            shape: Origin.shape(command: reading.shape))
    }

    private func file() -> Reading {
        guard let file = adapterBlock("file") else { return .notValid("file") }
        var reader = FileSourceReader(block: file, model: model)
        guard let configuration = reader.configuration(isTranslated: isTranslated) else { return .notValid("file") }
        if file.has("mapping") { check(reader.mappedPaths, in: file, "mapping") }
        noticeUntranslated(file)
        let folder = file.written("folder")?.withoutSecrets ?? ""
        return Reading(settings: .file(configuration), shape: Origin.shape(configuration, folder: folder))
    }

    private func sql() -> Reading {
        guard let sql = adapterBlock("sql") else { return .notValid("sql") }
        var reader = SQLSourceReader(block: sql, model: model)
        guard let configuration = reader.configuration(maximumAnswerBytes: answerLimit) else { return .notValid("sql") }
        check(reader.mappedPaths, in: sql, "queries")
        let database = sql.written("database")?.withoutSecrets ?? ""
        return Reading(settings: .sql(configuration), shape: Origin.shape(configuration, database: database))
    }

    private func adapterBlock(_ name: String) -> SettingsBlock? {
        if block.has(name) { return block.block(name) }
        let needed = SettingsBlock.names(in: "information_sources[].\(name)").filter { key in
            if case .required = SettingsBlock.setting("information_sources[].\(name).\(key)")?.default {
                true
            } else {
                false
            }
        }
        diagnostics.report(
            block.place(of: "adapter_id"),
            "the adapter \"\(name)\" needs a block \"\(block.shown(name))\" with \(needed.joined(separator: " and "))")
        return nil
    }

    private func refuseUnused(besides used: Set<String>, by users: String) {
        let names = used.sorted().map { "{\($0)}" }.joined(separator: ", ")
        for member in credentials.connection.inline?.members ?? []
        where member.name != "from" && !used.contains(member.name) {
            diagnostics.report(
                member.place,
                "\"\(block.shown("connection")).\(member.name)\" is used by no \(users); they use "
                    + (names.isEmpty ? "none" : names))
        }
    }

    /// A path that no mapping fills would always be empty; a mapping that no path asks for would never be used.
    private func check(_ mapped: [WrittenPath], in block: SettingsBlock, _ name: String, isPreset: Bool = false) {
        if isTranslated { return }
        let names = mapped.map(\.path.description).joined(separator: ", ")
        for written in paths where !mapped.contains(where: { LIFName.matches($0.path.entity, written.path.entity) }) {
            diagnostics.report(
                written.place, "\(written.path) has no entry in \"\(block.shown(name))\", which maps \(names)")
        }
        if isPreset { return }
        for written in mapped where !paths.contains(where: { LIFName.matches($0.path.entity, written.path.entity) }) {
            diagnostics.report(
                written.place,
                "\(written.path) is mapped and is not among \"\(self.block.shown("lif_fragment_paths"))\"; "
                    + "add it there or leave it out"
            )
        }
    }

    /// A Translator gets the whole answer, since what it translates from is the source's own data model.
    private func noticeUntranslated(_ block: SettingsBlock) {
        guard isTranslated else { return }
        for name in ["data", "mapping"] where block.has(name) {
            diagnostics.notice(
                "\"\(block.shown(name))\" is set and not used: the source has a translation, and its whole answer goes to "
                    + "the Translator.")
        }
    }

    /// Where the file itself describes the connection, what is missing there is an error; where the environment does,
    /// another process may be the one that has it.
    private func incomplete(_ keys: [String]) -> AdapterSettings {
        let reason = credentials.missing(keys)
        if credentials.isDescribed {
            credentials.reportMissing(keys)
        } else {
            diagnostics.notice(reason)
        }
        return .notSetUp(reason: reason)
    }

    private func noticeOpenToken(_ host: String) {
        diagnostics.noticeOpenToken(of: credentials.owner, url: "http://\(host)")
    }
}
