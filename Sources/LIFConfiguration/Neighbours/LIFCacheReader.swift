import LIFModel
import LIFNeighbours
import LIFQueryPlanner
import LIFSettings

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
        let role: LIFCacheConfiguration.Role? = block.choice("role")
        if block.has("write"), write == .absent, let role, role != .fallback {
            block.report("write", "goes with \"role: fallback\" only: a LIF Cache that is a source is never written")
        }
        if block.has("ttl"), let role, role != .ownSource {
            block.report("ttl", "goes with \"role: own-source\" only")
        }
        guard let url, let write, let role, let timeout = block.duration("timeout"), let ttl = block.duration("ttl")
        else { return nil }
        if token != nil { diagnostics.noticeOpenToken(of: "the LIF Cache", url: url) }
        return LIFCacheConfiguration(
            baseURL: url, token: token.map { Secret($0) }, timeout: timeout, role: role, timeToLive: ttl,
            isWritten: write == .absent)
    }

    /// The source that is the organisation's own records in the LIF Cache.
    ///
    /// - Parameter sources: The others, whose items in it are copies.
    func ownRecords(
        of cache: LIFCacheConfiguration?, organization: String?, besides sources: [InformationSource]
    ) -> InformationSource? {
        guard let cache, cache.role == .ownSource else { return nil }
        if organization == nil, !sources.isEmpty {
            diagnostics.notice(
                "\"organization\" is not set: items of the LIF Cache count as this organisation's own unless their "
                    + "informationSourceId is that of a source. Set it to the informationSourceId of your own items.")
        }
        let ownership = RecordOwnership(organization: organization, sources: sources)
        return InformationSource(
            id: RecordCacheRules.sourceID, organization: organization, adapterID: RecordCacheRules.sourceID,
            timeToLive: cache.timeToLive, fragmentPaths: [], isPartner: false,
            origin: "\(RecordCacheRules.sourceID):\(Origin.digest(ownership.description))", isOwnRecords: true)
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
