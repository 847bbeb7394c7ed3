public import LIFModel

/// What every `MetadataSource` must do that is made of configured sources.
public struct MetadataSourceConformance: Sendable {
    /// Makes a source of the catalogue, and what replaces it.
    public typealias Make =
        @Sendable (SourceCatalogue) async throws -> (any MetadataSource, @Sendable (SourceCatalogue) -> Void)

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of source.
    ///
    /// - Parameter make: Makes a source of metadata over a catalogue.
    public init(make: @escaping Make) {
        checks = [
            ConformanceCheck("It gives the configured sources, in their order.") { expect in
                let (source, _) = try await make(Self.catalogue("b", "a"))
                let catalogue = try await source.catalogue()
                try expect.equal(catalogue.sources.map(\.id), ["b", "a"], "the sources")
                try expect.equal(catalogue.paths.map(\.entity), ["Name"], "the paths")
            },
            ConformanceCheck("Once it is replaced, it gives the new one.") { expect in
                let (source, replace) = try await make(Self.catalogue("a"))
                for id in ["b", "c", "b"] {
                    replace(Self.catalogue(id))
                    try expect.equal(try await source.catalogue().sources.map(\.id), [id], "the sources")
                }
            },
            ConformanceCheck("All who ask while it is replaced get one of the two, whole.") { expect in
                let (source, replace) = try await make(Self.catalogue("a", "b"))
                let seen = try await withThrowingTaskGroup(of: [String].self) { group in
                    for number in 0..<100 {
                        group.addTask {
                            if number == 50 { replace(Self.catalogue("c", "d")) }
                            return try await source.catalogue().sources.map(\.id)
                        }
                    }
                    return try await group.reduce(into: Set<[String]>()) { $0.insert($1) }
                }
                try expect(seen.isSubset(of: [["a", "b"], ["c", "d"]]), "one saw \(seen)")
                try expect.equal(try await source.catalogue().sources.map(\.id), ["c", "d"], "the sources then")
            },
        ]
    }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static func catalogue(_ ids: String...) -> SourceCatalogue {
        SourceCatalogue(
            ids.map { id in
                InformationSource(
                    id: id, adapterID: "adapter", timeToLive: .seconds(60),
                    fragmentPaths: [FragmentPath(entity: "name")])
            })
    }
}
