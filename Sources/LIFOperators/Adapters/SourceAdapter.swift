package import LIFSettings

/// One way to reach information sources. All that is known of it lies in one folder, and `Adapters.all` names it.
package protocol SourceAdapter: Sendable {
    /// How sources, pipelines and plans call it.
    var id: String { get }
    /// Whether it is another adapter with settings that are ready.
    var isPreset: Bool { get }
    /// The settings that it adds to a source; their paths start there: `rest.url`.
    var settings: [Setting] { get }
    /// Of a source's keys that are for some adapters only, those that it takes. `connection` is one; the others are added by
    /// adapters.
    var keys: [String] { get }
    /// What the reference says of a setting that all sources have, after what it says for all adapters: by the setting's key.
    var remarks: [String: String] { get }
    /// Whether credentials are all that it needs to know, so that plans may name sources that are not configured
    /// (`orchestrator.open_catalogue`).
    var needsCredentialsOnly: Bool { get }
    /// Whether its sources are other organisations' LIF when they do not say otherwise.
    var isPartner: Bool { get }

    /// Reads what a source says of itself.
    ///
    /// - Returns: `nil` when that is not valid, which is reported.
    func read(_ source: SourceReading) -> AdapterReading?
}

extension SourceAdapter {
    package var isPreset: Bool { false }
    package var settings: [Setting] { [] }
    package var keys: [String] { settings.map(\.path).filter { !$0.contains(".") } }
    package var remarks: [String: String] { [:] }
    package var needsCredentialsOnly: Bool { false }
    package var isPartner: Bool { false }
}
