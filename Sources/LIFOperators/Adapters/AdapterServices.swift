package import LIFHTTP
package import LIFModel

/// What the process lends to operators.
package struct AdapterServices: Sendable {
    package let http: OutgoingHTTPClient
    /// The data model that holds at the time.
    package let model: @Sendable () -> PersonModel

    package init(http: OutgoingHTTPClient, model: @escaping @Sendable () -> PersonModel) {
        self.http = http
        self.model = model
    }
}
