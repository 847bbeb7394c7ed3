public import LIFModel
public import LIFOperators
public import LIFOrchestrator

/// The adapters of this version, by the name under which sources and plans call them.
public enum AdapterID: String, Sendable, Hashable, CaseIterable {
    case lifToLIF = "lif-to-lif"
    case rest
    case exampleREST = "example-data-source-rest-api-to-lif"
    case command
    case file
    case sql
}

/// What an adapter needs to reach one source.
public enum AdapterSettings: Sendable, Hashable {
    case lifToLIF(LIFToLIFConfiguration)
    case rest(RESTConfiguration)
    case command(CommandConfiguration)
    case file(FileConfiguration)
    case sql(SQLConfiguration)
    /// A credential is missing. A planner alone needs none, so this is no error when the configuration is read: the
    /// source's parts fail with this sentence, which names the variable to set.
    case notSetUp(reason: String)
}

/// One information source with what is ours beside the seed's metadata.
public struct SourceConfiguration: Sendable, Hashable {
    public var source: InformationSource
    public var adapter: AdapterSettings
    /// How its tasks run.
    public var settings: SourceSettings
    /// How many tasks may run at the same time in the pool of its own name.
    public var concurrencyLimit: Int
    /// The `timeout` that is written for it or in `orchestrator.defaults`; `nil` when it has the standard one.
    public var writtenTimeout: Duration?

    public init(
        source: InformationSource, adapter: AdapterSettings, settings: SourceSettings, concurrencyLimit: Int,
        writtenTimeout: Duration? = nil
    ) {
        self.source = source
        self.adapter = adapter
        self.settings = settings
        self.concurrencyLimit = concurrencyLimit
        self.writtenTimeout = writtenTimeout
    }

    /// With every path in the catalogue's spelling, which is the one that plans have.
    func canonical(in catalogue: SourceCatalogue) -> SourceConfiguration {
        func spell(_ mapping: inout FragmentMapping) {
            if let path = catalogue.resolve(entity: mapping.path.entity) { mapping.path = path }
        }
        func spell(_ answer: inout AnswerMapping) {
            answer.fragments = answer.fragments?.map { mapping in
                var mapping = mapping
                spell(&mapping)
                return mapping
            }
        }
        var copy = self
        if let source = catalogue[source.id] { copy.source = source }
        switch adapter {
        case .rest(var rest):
            spell(&rest.answer)
            copy.adapter = .rest(rest)
        case .file(var file):
            spell(&file.answer)
            copy.adapter = .file(file)
        case .sql(var sql):
            for index in sql.queries.indices { spell(&sql.queries[index].mapping) }
            copy.adapter = .sql(sql)
        case .lifToLIF, .command, .notSetUp:
            break
        }
        return copy
    }
}
