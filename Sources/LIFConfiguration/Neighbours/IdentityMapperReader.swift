import LIFModel
import LIFNeighbours
import LIFSettings

/// Reads `identity_mapper`.
struct IdentityMapperReader {
    let root: SettingsBlock
    /// `organization`; `nil` when there is none, or none that is valid.
    let organization: String?

    private static let remoteKeys = ["url", "token", "expiry", "stale_when_down", "timeout"]

    func settings() -> IdentityMapperSettings? {
        guard root.has("identity_mapper"), let block = root.block("identity_mapper") else { return nil }
        if !root.has("organization") {
            root.report("identity_mapper", "needs \"organization\", whose mappings are asked for; set that too")
        }
        guard let kind: IdentityMapperSettings.Kind = block.choice("type") else { return nil }
        switch kind {
        case .embedded:
            for key in Self.remoteKeys {
                guard let member = block.member(key) else { continue }
                root.diagnostics.report(
                    member.place,
                    "\"\(block.shown(key))\" is for the type \"remote\" only, and not for \"embedded\"; leave it out")
            }
            return organization.map { .embedded(organization: $0) }
        case .remote:
            return remote(block).map { .remote($0) }
        }
    }

    private func remote(_ block: SettingsBlock) -> IdentityMapperConfiguration? {
        let url = block.url("url")
        if !block.has("url") {
            root.diagnostics.report(
                block.place, "\"\(block.shownPath)\" has no \"url\", which the type \"remote\" needs; it must be a URL")
        }
        let token = block.has("token") ? block.secret("token") : nil
        let (expiry, stale) = (block.duration("expiry"), block.duration("stale_when_down"))
        let timeout = block.duration("timeout")
        guard let url, let organization, let expiry, let stale, let timeout else { return nil }
        if token != nil { root.diagnostics.noticeOpenToken(of: "the Identity Mapper", url: url) }
        return IdentityMapperConfiguration(
            baseURL: url, token: token.map { Secret($0) }, organization: organization, timeToLive: expiry,
            staleWhenDown: stale, timeout: timeout)
    }
}
