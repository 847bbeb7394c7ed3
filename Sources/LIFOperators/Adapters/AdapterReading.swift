/// What an adapter has read of one source.
package struct AdapterReading {
    package let settings: AdapterSettings
    /// What shapes the data on the adapter's side, as it is written: `InformationSource.origin` changes with it. It is the
    /// same whether or not credentials are there, and holds none.
    package let origin: [String]

    package init(_ settings: AdapterSettings, origin: [String] = []) {
        self.settings = settings
        self.origin = origin
    }
}
