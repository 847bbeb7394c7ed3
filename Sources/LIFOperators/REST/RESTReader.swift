import LIFJSON
import LIFModel
import LIFSettings

/// Reads a `rest:` block.
struct RESTReader {
    let block: SettingsBlock
    private var diagnostics: Diagnostics { block.diagnostics }
    private var templates: TemplateReader
    private var reader: MappingReader

    init(block: SettingsBlock, credentials: Credentials, model: PersonModel) {
        self.block = block
        templates = TemplateReader(credentials: credentials, diagnostics: block.diagnostics)
        reader = MappingReader(model: model, diagnostics: block.diagnostics)
    }

    var mappedPaths: [WrittenPath] { reader.mappedPaths }
    var usedCredentials: Set<String> { templates.used }
    var missingCredentials: [String] { templates.missing }
    /// A credential beside scheme and host goes to a host that the credentials name, over `http`.
    var usesTokenOpenly: Bool {
        templates.used.isSuperset(of: ["scheme", "host"]) && templates.used.count > 2
            && templates.credentials.scheme().text == "http"
    }

    /// - Returns: `nil` when the block is not valid, which is reported. With credentials missing, the templates have
    ///   gaps.
    ///
    /// - Parameter isTranslated: The documents go to a Translator, so that they need no mapping.
    mutating func configuration(maximumAnswerBytes: Int, isTranslated: Bool) -> RESTConfiguration? {
        let problems = diagnostics.count
        let method = block.choice("method", RESTConfiguration.Method.self)
        let url = url("url", takesLearner: true)
        let headers = headers()
        let body = body(method)
        let checkURL = block.has("check_url") ? self.url("check_url", takesLearner: false) : nil
        let data = reader.path(block, "data")
        let timestamp = reader.path(block, "data_timestamp")
        let notFound = notFound()
        let mapping = reader.mapping(of: block) ?? []
        if !block.has("mapping"), !isTranslated {
            diagnostics.report(block.place, "\"\(block.shownPath)\" has no \"mapping\"; it must be a block of names")
        }
        guard let method, let url, diagnostics.count == problems else { return nil }
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
        scan: for part in template.parts {
            switch part {
            case .literal(let text), .secret(let text): first += text
            case .identifier, .identifierType: break scan
            }
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
}
