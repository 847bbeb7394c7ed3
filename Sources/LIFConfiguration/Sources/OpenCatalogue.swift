import LIFModel
package import LIFOperators
import LIFOrchestrator
import LIFSettings
import LIFWorkflow
import Synchronization

/// The sources that the environment has credentials of, for plans that name them without the configuration having them
/// (`orchestrator.open_catalogue`). It holds credentials.
public struct OpenCatalogue: Sendable, Hashable {
    /// What is needed to reach one of them.
    public struct Source: Sendable, Hashable {
        /// The adapter that its variables name.
        public var adapterID: String
        /// As variables spell it: `ORG1_EXAMPLE_DATA_SOURCE`.
        public var token: String
        package var adapter: AdapterSettings
        /// For parts whose answer goes through a Translator.
        package var translatingAdapter: AdapterSettings
    }

    /// The names of the adapters that need nothing but credentials.
    public var adapters: [String]
    /// By what the names of their variables begin with.
    public var sources: [String: Source]
}

/// An open catalogue at work.
final class EnvironmentSources: OpenSources {
    /// How many spellings of one source plans may use: case, `-` and `_` make no difference for its variables, and each
    /// spelling is a source of its own for limits and metrics.
    private static let maximumSpellings = 16

    private let catalogue: OpenCatalogue
    private let services: AdapterServices
    private let spellings: Mutex<[String: Set<String>]> = Mutex([:])

    init(_ catalogue: OpenCatalogue, _ services: AdapterServices) {
        self.catalogue = catalogue
        self.services = services
    }

    var known: [InformationSource] {
        catalogue.sources.values.sorted { $0.token < $1.token }.map { source in
            InformationSource(
                id: source.token.lowercased().replacing("_", with: "-"), adapterID: source.adapterID,
                timeToLive: .zero, fragmentPaths: [])
        }
    }

    func admit(_ sourceID: String, adapterID: String) throws(LIFError) {
        _ = try source(sourceID, adapterID)
        let prefix = Credentials.prefix(adapterID: adapterID, sourceID: sourceID)
        let isAdmitted = spellings.withLock { spellings in
            if spellings[prefix, default: []].count >= Self.maximumSpellings {
                return spellings[prefix]?.contains(sourceID) == true
            }
            spellings[prefix, default: []].insert(sourceID)
            return true
        }
        if isAdmitted { return }
        throw Self.notFound(
            "The source \"\(sourceID)\" is named in more than \(Self.maximumSpellings) spellings. Use one of them.")
    }

    func adapter(of source: InformationSource) throws(LIFError) -> any TaskOperator {
        let entry = try self.source(source.id, source.adapterID)
        let settings = source.translation == nil ? entry.adapter : entry.translatingAdapter
        return try SystemConfiguration.adapter(of: source, settings, services)
    }

    private func source(_ sourceID: String, _ adapterID: String) throws(LIFError) -> OpenCatalogue.Source {
        guard sourceID.isEntryName else {
            throw Self.notFound(
                "The name of the source must have letters, digits, \"-\", \"_\" and \".\" only, at most 128.")
        }
        guard catalogue.adapters.contains(adapterID) else {
            let names = catalogue.adapters.joined(separator: ", ")
            throw Self.notFound(
                "The source \"\(sourceID)\" is not configured, and of such sources only those with these adapters are "
                    + "taken: \(names).")
        }
        let prefix = Credentials.prefix(adapterID: adapterID, sourceID: sourceID)
        guard let source = catalogue.sources[prefix] else {
            throw Self.notFound(
                "The source \"\(sourceID)\" is not configured, and the environment has no credentials of it. Set "
                    + "\(prefix)HOST, and \(prefix)SCHEME and \(prefix)TOKEN where it needs them.")
        }
        if case .notSetUp(let reason) = source.adapter { throw Self.notFound(reason) }
        return source
    }

    private static func notFound(_ message: String) -> LIFError {
        LIFError(.operatorNotFoundException, message, reason: .operatorNotFound)
    }
}
