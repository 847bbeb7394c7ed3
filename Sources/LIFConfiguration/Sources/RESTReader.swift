import LIFJSON
import LIFModel
import LIFOperators

/// Reads a `rest:` block.
struct RESTReader {
    let block: SettingsBlock
    let diagnostics: Diagnostics
    private var templates: TemplateReader
    /// The fragment paths that the block maps, where they are written.
    private(set) var mappedPaths: [WrittenPath] = []

    init(block: SettingsBlock, credentials: Credentials, diagnostics: Diagnostics) {
        self.block = block
        self.diagnostics = diagnostics
        templates = TemplateReader(credentials: credentials, diagnostics: diagnostics)
    }

    var usedCredentials: Set<String> { templates.used }
    var missingCredentials: [String] { templates.missing }
    /// A credential beside scheme and host goes to a host that the credentials name, over `http`.
    var usesTokenOpenly: Bool {
        templates.used.isSuperset(of: ["scheme", "host"]) && templates.used.count > 2
            && templates.credentials.scheme(diagnostics).text == "http"
    }

    /// - Returns: `nil` when the block is not valid, which is reported. With credentials missing, the templates have
    ///   gaps.
    mutating func configuration(maximumAnswerBytes: Int) -> RESTConfiguration? {
        let method = block.choice("method", RESTConfiguration.Method.self)
        let url = url("url", takesLearner: true)
        let headers = headers()
        let body = body(method)
        let checkURL = block.has("check_url") ? self.url("check_url", takesLearner: false) : nil
        let data = path(block, "data")
        let timestamp = path(block, "data_timestamp")
        let notFound = notFound()
        let mapping = mapping()
        guard let method, let url, let mapping, diagnostics.isEmpty else { return nil }
        if ([url] + headers.map(\.value) + [body].compactMap { $0 }).allSatisfy(\.isConstant) {
            block.report("url", "names no learner, nor do headers or body; it must have {identifier}")
        }
        return RESTConfiguration(
            method: method, url: url, headers: headers, body: body, data: data ?? .root, dataTimestamp: timestamp,
            notFoundStatuses: notFound, mapping: mapping, checkURL: checkURL, maximumAnswerBytes: maximumAnswerBytes)
    }

    private mutating func url(_ name: String, takesLearner: Bool) -> RESTTemplate? {
        guard let text = block.written(name) else { return nil }
        let gaps = templates.missing.count
        guard let template = templates.template(text, for: .url, shown: block.shown(name)) else { return nil }
        if !takesLearner, !template.isConstant {
            block.report(name, "has a place for the learner; it must be the same for each")
            return nil
        }
        var first = ""
        for part in template.parts {
            guard case .literal(let literal) = part else { break }
            first += literal
        }
        // With a credential missing there is no whole URL to check; it will be checked where the credential is.
        guard templates.missing.count == gaps else { return template }
        let authority = first.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        if !template.isConstant, authority.count < 3 || !authority[2].contains(where: { "/?".contains($0) }) {
            block.report(name, "has a place for the learner in its host; the learner must stand behind the host")
            return nil
        }
        let filled = template.filled(identifier: "x", identifierType: "x")
        if let problem = URLText.problem(in: filled, allowsQuery: true) {
            block.report(name, "is not a URL that can be used: \(problem)")
            return nil
        }
        return template
    }

    private mutating func headers() -> [RESTConfiguration.Header] {
        guard block.has("headers"), let names = block.block("headers") else { return [] }
        let ours = ["host", "content-length", "transfer-encoding", "connection", "te", "upgrade", "trailer"]
        var headers: [RESTConfiguration.Header] = []
        for member in names.members {
            let isToken = member.name.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~".contains($0))
            }
            if !isToken || member.name.isEmpty || ours.contains(member.name.lowercased()) {
                diagnostics.report(
                    member.place,
                    "\"\(member.name)\" is no header that can be set; host, length and connection are set by the client"
                )
                continue
            }
            guard let text = names.written(member.name),
                let template = templates.template(text, for: .header, shown: names.shown(member.name))
            else { continue }
            let filled = template.filled(identifier: "", identifierType: "")
            guard filled.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
                names.report(member.name, "has a control character; a header has none")
                continue
            }
            headers.append(RESTConfiguration.Header(name: member.name, value: template))
        }
        return headers
    }

    private mutating func body(_ method: RESTConfiguration.Method?) -> RESTTemplate? {
        guard block.has("body"), let text = block.written("body") else { return nil }
        if method == .get { block.report("body", "goes with \"method: POST\" only") }
        guard let template = templates.template(text, for: .body, shown: block.shown("body")) else { return nil }
        // An escaped quotation mark is JSON inside a string and nowhere else.
        let filled = template.filled(identifier: "\\u0022", identifierType: "\\u0022")
        do {
            _ = try JSONParser.parse(filled)
        } catch {
            block.report("body", "is no JSON document whose placeholders all stand inside strings")
            return nil
        }
        return template
    }

    private func path(_ block: SettingsBlock, _ name: String) -> AnswerPath? {
        guard block.has(name), let text = block.written(name) else { return nil }
        return path(text, shown: block.shown(name))
    }

    private func path(_ text: WrittenText, shown: String) -> AnswerPath? {
        if let path = AnswerPath(parsing: text.value.trimmed) { return path }
        diagnostics.report(
            text.place,
            "\"\(shown)\" is \(text.forPeople); it must be a dot path such as person.employment or $.person.id")
        return nil
    }

    private func notFound() -> Set<Int> {
        guard block.has("not_found") else { return [404] }
        guard let texts = block.texts("not_found") else { return [] }
        var statuses: Set<Int> = []
        for text in texts {
            if let status = Int(text.value.trimmed), (200...599).contains(status) {
                statuses.insert(status)
            } else {
                diagnostics.report(
                    text.place,
                    "\"\(block.shown("not_found"))\" has \(text.forPeople); it must have statuses from 200 to 599")
            }
        }
        return statuses
    }

    private mutating func mapping() -> [FragmentMapping]? {
        guard block.node("mapping") != nil, let entries = block.block("mapping") else { return nil }
        if entries.members.isEmpty { block.report("mapping", "is empty; it must have an entry for each path") }
        var mapping: [FragmentMapping] = []
        for member in entries.members {
            guard let path = FragmentPath(parsing: member.name) else {
                diagnostics.report(
                    member.place,
                    "\"\(member.name)\" is no fragment path; it must be \"Person\" and one member, "
                        + "such as \"Person.Name\""
                )
                continue
            }
            if mappedPaths.contains(where: { LIFName.matches($0.path.entity, path.entity) }) {
                diagnostics.report(member.place, "\(path) is mapped twice; keep one entry")
                continue
            }
            mappedPaths.append(WrittenPath(path: path, place: member.place))
            guard let entry = entry(member, path, in: entries) else { continue }
            mapping.append(entry)
        }
        return mapping
    }

    private func entry(
        _ member: ConfigurationNode.Member, _ path: FragmentPath, in entries: SettingsBlock
    ) -> FragmentMapping? {
        let shown = entries.shown(member.name)
        if let text = member.value.text {
            return self.path(text, shown: shown).map { FragmentMapping(path: path, from: $0) }
        }
        guard let block = SettingsBlock(member.value, path: "\(entries.path).*", shownPath: shown, diagnostics) else {
            return nil
        }
        let from = self.path(block, "from") ?? .relative([])
        guard block.has("fields") else { return FragmentMapping(path: path, from: from) }
        guard let names = block.block("fields") else { return nil }
        let fields = names.members.compactMap { field in
            source(field.value, shown: names.shown(field.name), path: "\(names.path).*").map {
                FragmentMapping.Field(field.name, $0)
            }
        }
        if names.members.isEmpty { block.report("fields", "is empty; name a field, or leave the key out") }
        return FragmentMapping(path: path, from: from, fields: fields)
    }

    private func source(_ node: ConfigurationNode, shown: String, path table: String) -> FragmentMapping.Source? {
        switch node.content {
        case .text(let text):
            return path(text, shown: shown).map { .paths([$0]) }
        case .list(let items):
            let paths = items.compactMap { item in item.text.flatMap { path($0, shown: shown) } }
            if paths.count == items.count, !paths.isEmpty { return .paths(paths) }
            diagnostics.report(node.place, "\"\(shown)\" must be a list of dot paths")
            return nil
        case .block:
            guard let block = SettingsBlock(node, path: table, shownPath: shown, diagnostics),
                let text = block.written("value")
            else { return nil }
            return .constant(Self.constant(text))
        case .nothing:
            diagnostics.report(
                node.place, "\"\(shown)\" has no value; it must be a dot path, a list of them, or \"value:\"")
            return nil
        }
    }

    /// A plain number or boolean stays one; quoted, it is a text.
    private static func constant(_ text: WrittenText) -> JSONValue {
        if !text.isQuoted, let value = try? JSONParser.parse(text.value), value.number != nil || value.bool != nil {
            return value
        }
        return .string(text.value)
    }
}
