import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// What is wrong with whole documents is in `Golden`; here are the rules one by one.
@Suite struct QueryPlanParserTests {
    private let parser = ParserSetup.parser(partLimit: 3)

    private func part(
        source: String = "org2", adapter: String = "lif-to-lif", paths: String = #"["Person.Name"]"#,
        translation: String = "null", type: String = "SCHOOL_ASSIGNED_NUMBER"
    ) -> String {
        #"{"information_source_id":"\#(source)","adapter_id":"\#(adapter)","#
            + #""person_id":{"identifier":"1","identifierType":"\#(type)"},"lif_fragment_paths":\#(paths),"#
            + #""translation":\#(translation)}"#
    }

    private func submission(
        _ parts: String..., extra: String = ""
    ) throws -> (submission: JobSubmission, isAsynchronous: Bool) {
        try parser.submission(try JSONParser.parse(#"{"lif_query_plan":[\#(parts.joined(separator: ","))]\#(extra)}"#))
    }

    private func refusal(_ parts: String..., extra: String = "") -> LIFError? {
        do {
            let document = #"{"lif_query_plan":[\#(parts.joined(separator: ","))]\#(extra)}"#
            _ = try parser.submission(try JSONParser.parse(document))
            return nil
        } catch {
            return error as? LIFError
        }
    }

    @Test("A plan that matches the configuration is taken, with its paths in the canonical spelling, each once")
    func taken() throws {
        let submission = try submission(
            part(source: "org3", translation: #"{"source_schema_id":"26","target_schema_id":"17"}"#),
            part(paths: #"["person.name","$.Person.credentialAward","Person.Name"]"#)
        ).submission
        #expect(
            submission.plan.parts.map { $0.fragmentPaths.map(\.entity) } == [["Name"], ["Name", "CredentialAward"]])
        #expect(submission.plan.parts.map(\.translation) == [ParserSetup.translation, nil])
        #expect(submission.workflow == WorkflowSettings() && submission.callback == nil)
    }

    @Test("A part that writes is refused, and its task would be tried once however often others are")
    func write() throws {
        let writing = QueryPlanPart(
            informationSourceID: "org2", adapterID: "lif-to-lif",
            learner: LearnerIdentifier(identifier: "1", identifierType: "SCHOOL_ASSIGNED_NUMBER"),
            operation: .write([try fragment("Name", #"["Ann"]"#)], idempotencyKey: "k"))
        let plan = QueryPlan(parts: [writing])
        let error = #expect(throws: LIFError.self) { try parser.validated(plan) }
        #expect(error?.code == .queryParseException)
        var often = TaskSettings()
        often.retries = 5
        let graph = try parser.graph(of: plan, workflow: WorkflowSettings(defaults: often))
        #expect(graph.tasks.first { $0.work == .fetch(part: 0) }?.policy.retries == 0)
    }

    @Test("Two parts may be the same")
    func same() throws {
        #expect(try submission(part(), part()).submission.plan.parts.count == 2)
    }

    @Test("A learner named by a type of identifier that the source does not know is refused, with the place")
    func unknownIdentifierType() {
        func refusal(_ type: String) -> LIFError? {
            self.refusal(
                part(
                    source: "org5", adapter: "checked",
                    translation: #"{"source_schema_id":"26","target_schema_id":"17"}"#,
                    type: type))
        }
        #expect(refusal("School assigned number") == nil)
        #expect(refusal("EMPLOYEE")?.code == .queryParseException)
        #expect(refusal("EMPLOYEE")?.faults.map(\.place) == ["lif_query_plan[0].person_id.identifierType"])
    }

    @Test("A source that is not configured is refused, with the place and what exists")
    func unknownSource() {
        let error = refusal(part(), part(source: "org9"))
        #expect(error?.code == .operatorNotFoundException)
        #expect(error?.faults.map(\.place) == ["lif_query_plan[1].information_source_id"])
        #expect(error?.message.contains("org1, org2, org3") == true)
        #expect(error?.message.contains("org9") == false)
    }

    @Test("Another adapter than the source's is refused, with the place, also the one inside its data pipeline")
    func otherAdapter() {
        for (source, adapter, configured) in [
            ("org2", "rest", "lif-to-lif"), ("org4", "lif-to-lif", "without-contact"),
        ] {
            let error = refusal(part(source: source, adapter: adapter))
            #expect(error?.code == .operatorNotFoundException)
            #expect(error?.faults.map(\.place) == ["lif_query_plan[0].adapter_id"])
            #expect(error?.message.contains("\"\(configured)\"") == true)
        }
    }

    @Test("A path that the source does not supply is refused, with the place and what exists")
    func otherPath() {
        let error = refusal(part(paths: #"["Person.Name","Person.Narrative"]"#))
        #expect(error?.code == .queryParseException)
        #expect(error?.faults.map(\.place) == ["lif_query_plan[0].lif_fragment_paths[1]"])
        #expect(error?.message.contains("Person.Name, Person.CredentialAward, Person.Proficiency") == true)
    }

    @Test("Another translation than the source's is refused, also none where there is one, with the place")
    func otherTranslation() {
        let other = #"{"source_schema_id":"1","target_schema_id":"17"}"#
        let refusals = [
            refusal(part(translation: other)), refusal(part(source: "org3")),
            refusal(part(source: "org3", translation: other)),
        ]
        for error in refusals {
            #expect(error?.code == .queryParseException)
            #expect(error?.faults.map(\.place) == ["lif_query_plan[0].translation"])
        }
    }

    @Test("A plan without parts, or with more than the limit, is refused before anything else is looked at")
    func size() throws {
        #expect(refusal()?.message.contains("no parts") == true)
        #expect(refusal(part(), part(), part()) == nil)
        #expect(refusal(part(), part(), part(), "7")?.message == "The query plan has 4 parts; at most 3 are taken.")
        #expect(throws: LIFError.self) { try parser.validated(QueryPlan(parts: [])) }
    }

    @Test("A plan that came another way than as a document is checked as well, and all its faults are reported")
    func validatedPlan() throws {
        let plan = QueryPlan(parts: [ParserSetup.part(0), ParserSetup.part(2), ParserSetup.part(4)])
        #expect(try parser.validated(plan) == plan)
        let empty = QueryPlanPart(
            informationSourceID: "org1", adapterID: "x", learner: plan.parts[0].learner, fragmentPaths: [],
            translation: ParserSetup.translation)
        let error = #expect(throws: LIFError.self) {
            try parser.validated(QueryPlan(parts: [plan.parts[0], empty]))
        }
        #expect(
            error?.faults.map(\.place) == [
                "lif_query_plan[1].adapter_id", "lif_query_plan[1].translation", "lif_query_plan[1].lif_fragment_paths",
            ])
    }

    @Test("A job is asynchronous unless it says otherwise, in either spelling")
    func asynchronous() throws {
        for (extra, expected) in [
            ("", true), (#","async":null"#, true), (#","async":true"#, true), (#","async":false"#, false),
            (#","async_":false"#, false), (#","async":true,"async_":false"#, true),
        ] {
            #expect(try submission(part(), extra: extra).isAsynchronous == expected)
        }
        for name in ["async", "async_"] {
            let error = refusal(part(), extra: #","\#(name)":"no""#)
            #expect(error?.code == .queryParseException && error?.isShapeError == true)
            #expect(error?.faults.map(\.place) == [name])
        }
        #expect(refusal(part(), extra: #","async":true,"async_":{}"#)?.faults.map(\.place) == ["async_"])
    }

    @Test("Workflow settings and callback are read; null is none; members that are not ours are ignored")
    func workflow() throws {
        let read = try submission(
            part(),
            extra: #","workflow":{"retries":3,"callbacks":{"failure":"tell-operations"}},"#
                + #""callback":"https://planner.example/orchestration/results","schedule_id":"abc","trace":[1]"#
        ).submission
        #expect(read.workflow.defaults.retries == 3 && read.workflow.callbacks.failure == "tell-operations")
        #expect(read.callback == "https://planner.example/orchestration/results")
        #expect(read.scheduleID == nil && read.idempotencyKey == nil)
        let none = try submission(part(), extra: #","workflow":null,"callback":null"#).submission
        #expect(none.workflow == WorkflowSettings() && none.callback == nil)
    }

    @Test("A callback must be a registered operator or an allowed URL, and its place is reported")
    func callbacks() {
        #expect(refusal(part(), extra: #","callback":"tell-operations""#) == nil)
        let unknown = refusal(part(), extra: #","callback":"tell-nobody""#)
        #expect(unknown?.code == .operatorNotFoundException && unknown?.faults.map(\.place) == ["callback"])
        #expect(unknown?.message.contains("What exists: tell-operations.") == true)
        let other = refusal(part(), extra: #","workflow":{"callbacks":{"sla_miss":"https://other.example/"}}"#)
        #expect(other?.code == .queryParseException && other?.faults.map(\.place) == ["workflow.callbacks.sla_miss"])
    }

    @Test("Where the shape is wrong nothing is compared with the configuration")
    func shapeFirst() {
        let error = refusal(part(source: "org9"), "7", extra: #","callback":"tell-nobody""#)
        #expect(error?.faults.map(\.place) == ["lif_query_plan[1]"])
        #expect(error?.code == .queryParseException && error?.isShapeError == true)
    }

    @Test("Faults of all kinds together are a QueryParseException; names that do not exist alone are not")
    func codes() {
        #expect(refusal(part(source: "org9"), part(adapter: "rest"))?.code == .operatorNotFoundException)
        #expect(refusal(part(source: "org9"), part(paths: #"["Person.X"]"#))?.code == .queryParseException)
    }

    @Test(
        "A document of another shape is refused as such",
        arguments: ["[]", "{}", #"{"lif_query_plan":{}}"#, #"{"lif_query_plan":null}"#, #"{"lif_query_plan":[1]}"#])
    func shape(_ text: String) throws {
        let document = try JSONParser.parse(text)
        let error = #expect(throws: LIFError.self) { try parser.submission(document) }
        #expect(error?.code == .queryParseException)
        #expect(error?.isShapeError == true)
        #expect(error?.faults.count == 1)
    }

    @Test("A submission that came another way than as a document is checked as well: settings, tasks and callbacks")
    func validatedSubmission() throws {
        var submission = JobSubmission(
            plan: QueryPlan(parts: [ParserSetup.part(0)]), idempotencyKey: "k", scheduleID: ScheduleID())
        submission.workflow.timeout = .milliseconds(1_500)
        submission.workflow.tasks["part-0/fetch", default: TaskSettings()].retries = 2
        #expect(try parser.validated(submission) == submission)

        submission.workflow.timeout = .seconds(-1)
        submission.workflow.defaults.retries = 21
        submission.workflow.tasks["store"] = TaskSettings()
        submission.workflow.tasks["part-1/fetch"] = TaskSettings()
        submission.callback = "tell-nobody"
        let error = #expect(throws: LIFError.self) { try parser.validated(submission) }
        #expect(
            error?.faults.map(\.place) == [
                "workflow.retries", "workflow.timeout", "workflow.tasks", "workflow.tasks.part-1/fetch", "callback",
            ])
    }

    @Test("A pool that nobody has configured is refused, also one of a source's name: its limit could be got around")
    func pools() throws {
        var submission = JobSubmission(plan: QueryPlan(parts: [ParserSetup.part(0)]))
        submission.workflow.defaults.pool = "night"
        #expect(try parser.validated(submission) == submission)
        submission.workflow.defaults.pool = "org1"
        submission.workflow.tasks["fetch", default: TaskSettings()].pool = "mine"
        let error = #expect(throws: LIFError.self) { try parser.validated(submission) }
        #expect(error?.faults.map(\.place) == ["workflow.pool", "workflow.tasks.fetch.pool"])
        #expect(error?.message.contains("What exists: night, programs.") == true)
    }

    @Test("What an engine cannot do is refused at submission, member by member; what asks for nothing is not")
    func capabilities() throws {
        let workflow = try WorkflowSettings(
            json: [
                "priority": 7, "pool": "p", "pool_slots": 2, "retries": 1,
                "tasks": ["fetch": ["priority": 0, "pool_slots": 1], "part-0/fetch": ["pool": "q", "priority": -1]],
            ])
        let all: EngineCapabilities = [.priorities, .pools, .poolSlots]
        #expect(throws: Never.self) { try parser.checkCapabilities(all, workflow: workflow) }
        #expect(throws: Never.self) { try parser.checkCapabilities([], workflow: WorkflowSettings()) }
        func places(_ capabilities: EngineCapabilities) -> [String]? {
            let error = #expect(throws: LIFError.self) {
                try parser.checkCapabilities(capabilities, workflow: workflow)
            }
            #expect(error?.code == .queryParseException && error?.isShapeError == false)
            return error?.faults.map(\.place)
        }
        #expect(places([.pools, .poolSlots]) == ["workflow.priority", "workflow.tasks.part-0/fetch.priority"])
        #expect(places([.priorities, .poolSlots]) == ["workflow.pool", "workflow.tasks.part-0/fetch.pool"])
        #expect(places([.priorities, .pools]) == ["workflow.pool_slots"])
        #expect(places([])?.count == 5)
    }
}
