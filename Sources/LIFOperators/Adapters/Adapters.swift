/// The adapters of this version.
package enum Adapters {
    /// In the order in which people read them.
    package static let all: [any SourceAdapter] = [
        LIFToLIFAdapter(), RESTAdapter(), RESTAdapter.exampleDataSource, CommandAdapter(), FileAdapter(), SQLAdapter(),
    ]
}
