import LIFSettings
package import LIFWorkflow

/// LIF APIs of other organisations.
struct LIFToLIFAdapter: SourceAdapter {
    let id = "lif-to-lif"
    let isPartner = true
    let needsCredentialsOnly = true
    let settings = [
        Setting(
            "schema_cache", .duration(zeroAllowed: true), .without("`1h`"),
            "`lif-to-lif`: how long the partner's schema is kept before it is asked for again.")
    ]
    let keys = ["connection", "schema_cache"]

    /// No setting shapes what a partner answers, so none belongs to the origin.
    func read(_ source: SourceReading) -> AdapterReading? {
        let configuration = PartnerReader(block: source.block, credentials: source.credentials)
            .configuration(maximumAnswerBytes: source.maximumAnswerBytes)
        return AdapterReading(source.settings(configuration, missing: configuration == nil ? ["host"] : []))
    }
}

extension LIFToLIFConfiguration: AdapterConfiguration {
    package func makeOperator(_ services: AdapterServices) -> any TaskOperator {
        LIFToLIFOperator(configuration: self, http: services.http, model: services.model)
    }
}
