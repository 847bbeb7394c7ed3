public import CoreMetrics

/// What the HTTP servers of the components count. No label holds a learner's value or a client's address.
public struct ServerMetrics: Sendable {
    /// The names, with a sentence for each.
    public static let help: [(name: String, help: String)] = [
        (
            "lif_requests_without_token_total",
            "Requests answered although they brought no token (token_mode: accept), by component."
        )
    ]

    private let factory: any MetricsFactory

    /// Counts with a factory; with the default nothing is counted.
    public init(factory: any MetricsFactory = NOOPMetricsHandler.instance) { self.factory = factory }

    func requestWithoutToken(to component: String) {
        Counter(
            label: "lif_requests_without_token_total", dimensions: [("component", component)], factory: factory
        ).increment()
    }
}
