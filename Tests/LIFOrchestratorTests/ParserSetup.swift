import LIFModel
import LIFWorkflow

@testable import LIFOrchestrator

/// A parser over five organisations. org3's answers need a translation, org2 has a policy of its own, org4 is a data pipeline
/// with resource settings, org5 is one with a translation by another translator.
enum ParserSetup {
    static let translation = Translation(sourceSchemaID: "26", targetSchemaID: "17")

    static let sources = [
        source("org1", adapter: "rest", "Name", "EmploymentPreferences"),
        source("org2", adapter: "lif-to-lif", "Name", "CredentialAward", "Proficiency"),
        source("org3", adapter: "lif-to-lif", "Name", "CredentialAward", translation: translation),
        source("org4", adapter: "without-contact", "Name", "Contact"),
        source("org5", adapter: "checked", "Name", translation: translation, types: ["SCHOOL_ASSIGNED_NUMBER"]),
    ]

    static let sourceSettings = [
        "org2": SourceSettings(policy: TaskPolicy(retries: 4, timeout: .milliseconds(2_500))),
        "org4": SourceSettings(
            policy: TaskPolicy(retries: 0, timeout: .seconds(4)),
            resources: TaskResources(pool: "partners", poolSlots: 2, priority: 5, sla: .seconds(2))),
        "org5": SourceSettings(translator: "thorough"),
    ]

    static func parser(workflow: WorkflowSettings = WorkflowSettings(), partLimit: Int = 6) -> QueryPlanParser {
        QueryPlanParser(
            configuration: OrchestratorConfiguration(
                catalogue: SourceCatalogue(sources), sources: sourceSettings, workflow: workflow,
                namedPools: ["night", "programs"], partLimit: partLimit),
            registry: registry)
    }

    static var registry: OperatorRegistry {
        var registry = OperatorRegistry()
        registry.register(
            "without-contact",
            pipeline: DataPipeline(
                adapterID: "lif-to-lif", steps: [NamedStep(name: "remove"), NamedStep(name: "mask")]))
        registry.register(
            "checked",
            pipeline: DataPipeline(
                adapterID: "rest",
                steps: [NamedStep(name: "keep"), NamedStep(name: "command"), NamedStep(name: "remove")]))
        registry.register("tell-operations", callback: SilentCallback())
        registry.registerCallbackURLs { url throws(LIFError) in
            if url.hasPrefix("https://planner.example/") { return SilentCallback() }
            throw LIFError(
                .queryParseException,
                "The host is not one that callbacks may go to. Name it in \"callbacks.allowed_hosts\".")
        }
        return registry
    }

    private static func source(
        _ id: String, adapter: String, _ entities: String..., translation: Translation? = nil, types: Set<String>? = nil
    ) -> InformationSource {
        InformationSource(
            id: id, adapterID: adapter, timeToLive: .seconds(60),
            fragmentPaths: entities.map(FragmentPath.init(entity:)), translation: translation, identifierTypes: types)
    }

    /// A valid part of one of the sources.
    static func part(_ index: Int, learner: String = "100001") -> QueryPlanPart {
        let source = sources[index]
        return QueryPlanPart(
            informationSourceID: source.id, adapterID: source.adapterID,
            learner: LearnerIdentifier(identifier: learner, identifierType: "SCHOOL_ASSIGNED_NUMBER"),
            fragmentPaths: source.fragmentPaths, translation: source.translation)
    }
}

/// Does nothing; the parser only looks at names.
private struct NamedStep: PipelineStep {
    let name: String

    func process(
        _ fragments: [Fragment], of part: QueryPlanPart, context: OperatorContext
    ) async throws -> [Fragment] { fragments }
}

private struct SilentCallback: CallbackOperator {
    func deliver(_ message: CallbackMessage) async throws {}
}
