import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct QueryPlannerTests {
    private let sources = [source("org1", ["Name", "Contact"]), source("org2", ["Name", "CredentialAward"])]

    @Test("A cold query composes the items of all sources in configuration order")
    func cold() async throws {
        let gate = Gate()
        let setup = PlannerSetup(
            sources,
            [
                // The first source answers last: order must come from the configuration.
                "org1": ScriptedOperator(
                    .after(
                        gate, .fragments([try fragment("Name", #"[{"n":1.0}]"#), try fragment("Contact", #"{"c":1}"#)]))
                ),
                "org2": ScriptedOperator(
                    .fragments([
                        try fragment("Name", #"[{"n":2},{"n":3}]"#), try fragment("CredentialAward", #"[{"a":1}]"#),
                    ])),
            ])
        let planner = setup.planner
        async let asked = planner.run(query())
        try await setup.operators["org2"]?.waitForCalls(1)
        gate.open()
        let answer = try await asked
        #expect(
            answer.compatibleJSON.text
                == #"[{"Person":[{"Name":[{"n":1.0},{"n":2},{"n":3}],"Contact":[{"c":1}],"CredentialAward":[{"a":1}]}]}]"#
        )
        #expect(
            answer.summary == [
                "org1 Person.Name fetched 1", "org2 Person.Name fetched 2", "org1 Person.Contact fetched 1",
                "org2 Person.CredentialAward fetched 1",
            ])
        #expect(answer.parts.allSatisfy { $0.expiresAt == setup.time.now.addingTimeInterval(3_600) })
        #expect(answer.parts.allSatisfy { $0.dataTimestamp == setup.time.now && $0.duration != nil })
        #expect(answer.gaps.isEmpty)
        #expect(answer.mayKnowLearner)
    }

    @Test("A warm query calls no operator, from memory and from the store of an earlier process")
    func warm() async throws {
        let store = MemoryFragmentStore()
        let operators = [
            "org1": ScriptedOperator(.fragments([try fragment("Name", #"[{"n":1}]"#)])),
            "org2": ScriptedOperator(.fragments([try fragment("Name", #"[{"n":2}]"#)])),
        ]
        let setup = PlannerSetup(sources, operators, fragments: store)
        let cold = try await setup.run(["Person.Name"])
        for _ in 0..<3 {
            let warm = try await setup.run(["Person.Name"])
            #expect(warm.compatibleJSON == cold.compatibleJSON)
            #expect(warm.summary == ["org1 Person.Name cached 1", "org2 Person.Name cached 1"])
        }
        await setup.planner.shutdown()

        let next = PlannerSetup(sources, operators, time: setup.time, fragments: store)
        #expect(try await next.run(["Person.Name"]).compatibleJSON == cold.compatibleJSON)
        #expect(setup.calls("org1") == 1)
        #expect(setup.calls("org2") == 1)
    }

    @Test("What a source has not is remembered too, and an expired part is fetched again")
    func negativeCaching() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"], ttl: .seconds(60))], ["org1": ScriptedOperator(.empty(learnerKnown: true))])
        #expect(try await setup.run().summary == ["org1 Person.Name empty 0"])
        setup.time.advance(by: .seconds(59))
        #expect(try await setup.run().summary == ["org1 Person.Name empty 0"])
        #expect(setup.calls("org1") == 1)
        setup.time.advance(by: .seconds(1))
        _ = try await setup.run()
        #expect(setup.calls("org1") == 2)
    }

    @Test("A path that a source was asked for and did not give is empty, not missing")
    func absentPathIsEmpty() async throws {
        let setup = PlannerSetup(
            sources,
            [
                "org1": ScriptedOperator(.fragments([try fragment("Contact", #"[{"c":1}]"#)])),
                "org2": ScriptedOperator(.empty(learnerKnown: false)),
            ])
        let answer = try await setup.run(["Person.Name", "Person.Contact"])
        #expect(
            answer.summary == [
                "org1 Person.Name empty 0", "org2 Person.Name empty 0", "org1 Person.Contact fetched 1",
            ])
        #expect(answer.compatibleJSON.text == #"[{"Person":[{"Contact":[{"c":1}]}]}]"#)
    }

    @Test("Each source is asked once for all its paths, as it knows the learner")
    func onePartPerSource() async throws {
        let known = LearnerIdentifier(identifier: "E-7", identifierType: "EMPLOYEE_NUMBER")
        let setup = PlannerSetup(
            sources, ["org1": ScriptedOperator(), "org2": ScriptedOperator()],
            identities: GivenIdentities(["org1": known, "org2": PlannerSetup.learner]))
        _ = try await setup.run()
        let parts = setup.operators.mapValues(\.calls)
        #expect(parts["org1"]?.map(\.fragmentPaths) == [["Name", "Contact"].map(FragmentPath.init(entity:))])
        #expect(parts["org1"]?.map(\.learner) == [known])
        #expect(parts["org2"]?.map(\.fragmentPaths) == [["Name", "CredentialAward"].map(FragmentPath.init(entity:))])
        #expect(parts["org2"]?.map(\.learner) == [PlannerSetup.learner])
    }

    @Test("Only what is not fresh is fetched")
    func partiallyFresh() async throws {
        let quick = [
            source("org1", ["Name", "Contact"], ttl: .seconds(60)), source("org2", ["Name"], ttl: .seconds(3_600)),
        ]
        let setup = PlannerSetup(
            quick,
            [
                "org1": ScriptedOperator(
                    .fragments([try fragment("Name", "[1]"), try fragment("Contact", "[2]")])),
                "org2": ScriptedOperator(.fragments([try fragment("Name", "[3]")])),
            ])
        _ = try await setup.run(["Person.Name"])
        #expect(setup.operators["org1"]?.calls.map(\.fragmentPaths) == [[FragmentPath(entity: "Name")]])

        // The name is fresh: only the contact of the one source that has it is missing.
        let more = try await setup.run()
        #expect(
            more.summary == [
                "org1 Person.Name cached 1", "org2 Person.Name cached 1", "org1 Person.Contact fetched 1",
            ])
        #expect(setup.operators["org1"]?.calls.last?.fragmentPaths == [FragmentPath(entity: "Contact")])
        #expect(setup.calls("org2") == 1)

        setup.time.advance(by: .seconds(61))
        let later = try await setup.run(["Person.Name"])
        #expect(later.summary == ["org1 Person.Name fetched 1", "org2 Person.Name cached 1"])
        #expect(setup.calls("org1") == 3)
        #expect(setup.calls("org2") == 1)
    }

    @Test("Refreshes duplicate nothing, and what a source drops is dropped")
    func refreshes() async throws {
        let setup = PlannerSetup(
            sources,
            [
                "org1": ScriptedOperator(
                    .fragments([try fragment("Name", #"[{"n":1},{"n":2}]"#)]),
                    .fragments([try fragment("Name", #"[{"n":1},{"n":2}]"#)]),
                    .fragments([try fragment("Name", #"[{"n":2}]"#)]), .empty(learnerKnown: true)),
                "org2": ScriptedOperator(.fragments([try fragment("Name", #"[{"n":1}]"#)])),
            ])
        var records: [String] = []
        for _ in 0..<4 {
            records.append(try await setup.run(["Person.Name"]).compatibleJSON.text)
            // Also what the cache gives is the new state.
            #expect(try await setup.run(["Person.Name"]).compatibleJSON.text == records.last)
            setup.time.advance(by: .seconds(3_601))
        }
        #expect(
            records == [
                #"[{"Person":[{"Name":[{"n":1},{"n":2},{"n":1}]}]}]"#,
                #"[{"Person":[{"Name":[{"n":1},{"n":2},{"n":1}]}]}]"#, #"[{"Person":[{"Name":[{"n":2},{"n":1}]}]}]"#,
                #"[{"Person":[{"Name":[{"n":1}]}]}]"#,
            ])
        #expect(setup.calls("org1") == 4)
        #expect(setup.calls("org2") == 4)
    }

    @Test("A changed origin of a source makes what was kept of it stale")
    func changedOrigin() async throws {
        let store = MemoryFragmentStore()
        let operators = ["org1": ScriptedOperator(.fragments([try fragment("Name", "[1]")]))]
        let setup = PlannerSetup([source("org1", ["Name"], origin: "a")], operators, fragments: store)
        _ = try await setup.run()
        await setup.planner.shutdown()
        let same = PlannerSetup(
            [source("org1", ["Name"], origin: "a")], operators, time: setup.time, fragments: store)
        #expect(try await same.run().summary == ["org1 Person.Name cached 1"])
        let other = PlannerSetup(
            [source("org1", ["Name"], origin: "b")], operators, time: setup.time, fragments: store)
        #expect(try await other.run().summary == ["org1 Person.Name fetched 1"])
    }

    @Test("Rows of sources that are no longer configured are not read")
    func unconfiguredSources() async throws {
        let store = RecordingFragmentStore()
        let operators = [
            "org1": ScriptedOperator(.fragments([try fragment("Name", "[1]")])),
            "org2": ScriptedOperator(.fragments([try fragment("Name", "[2]")])),
        ]
        let setup = PlannerSetup(sources, operators, fragments: store)
        _ = try await setup.run(["Person.Name"])
        await setup.planner.shutdown()
        let next = PlannerSetup([sources[1]], operators, time: setup.time, fragments: store)
        store.forgetReads()
        #expect(try await next.run(["Person.Name"]).compatibleJSON.text == #"[{"Person":[{"Name":[2]}]}]"#)
        #expect(Set(store.reads.map(\.sourceID)) == ["org2"])
    }

    @Test("A source without a mapping of the learner is not asked and not named")
    func identitySkip() async throws {
        let setup = PlannerSetup(
            sources,
            ["org1": ScriptedOperator(), "org2": ScriptedOperator(.fragments([try fragment("Name", "[2]")]))],
            identities: GivenIdentities(["org2": PlannerSetup.learner]))
        let answer = try await setup.run(["Person.Name"])
        #expect(answer.summary == ["org2 Person.Name fetched 1"])
        #expect(setup.calls("org1") == 0)
    }

    @Test("A learner whom no source is to be asked about, or none knows, is unknown")
    func unknownLearner() async throws {
        let skipped = PlannerSetup(sources, [:], identities: GivenIdentities([:]))
        let nobody = try await skipped.run(["Person.Name"])
        #expect(!nobody.mayKnowLearner)
        #expect(nobody.compatibleJSON.text == "[]")
        // No source supplies the path: nobody could know.
        #expect(try await skipped.run(["Person.Proficiency"]).mayKnowLearner)

        let unknown = ["org1", "org2"].map { ($0, ScriptedOperator(.empty(learnerKnown: false))) }
        let asked = PlannerSetup(sources, Dictionary(uniqueKeysWithValues: unknown))
        #expect(try await !asked.run().mayKnowLearner)
        #expect(try await !asked.run().mayKnowLearner, "also from the cache")

        let failing = PlannerSetup(
            sources,
            [
                "org1": ScriptedOperator(.empty(learnerKnown: false)),
                "org2": ScriptedOperator(.failure(LIFError.refused)),
            ])
        #expect(try await failing.run().mayKnowLearner, "the source that failed may know the learner")
    }

    @Test("Several learners are answered in the order asked, each once, and those without data natively empty")
    func severalLearners() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"])],
            [
                "org1": ScriptedOperator(
                    .fragments([try fragment("Name", #"["x"]"#)]), .fragments([try fragment("Name", #"["x"]"#)]))
            ])
        let learners = ["b", "a", "b"].map { LearnerIdentifier(identifier: $0, identifierType: "T") }
        let answer = try await setup.planner.run(LIFQuery(learners: learners, selectedFields: []))
        #expect(answer.records.count == 2)
        #expect(answer.parts.map(\.learner) == [0, 1])
        #expect(Set(setup.operators["org1"]?.calls.map(\.learner) ?? []) == Set(learners))
        #expect(setup.calls("org1") == 2)
    }

    @Test("More learners than the limit, and fields that nobody knows, are refused before anything is fetched")
    func refusedQueries() async throws {
        let setup = PlannerSetup(sources, ["org1": ScriptedOperator(), "org2": ScriptedOperator()]) {
            $0.learnerLimit = 2
        }
        let learners = (0..<3).map { LearnerIdentifier(identifier: "\($0)", identifierType: "T") }
        let tooMany = await #expect(throws: LIFError.self) {
            try await setup.planner.run(LIFQuery(learners: learners, selectedFields: []))
        }
        #expect(tooMany?.code == .queryNotValid)
        let unknown = await #expect(throws: LIFError.self) { try await setup.run(["Person.Nme"]) }
        #expect(unknown?.code == .learnerDataNotFound)
        #expect(unknown?.message.contains("Person.Name") == true)
        #expect(setup.calls("org1") + setup.calls("org2") == 0)
    }

    @Test("A whole answer from the cache, and from memory, parses no JSON")
    func noParsing() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name", "informationSourceId"])],
            [
                "org1": ScriptedOperator(
                    .fragments([
                        try fragment("Name", #"[{"a":"\u00e9","n":1.50}]"#),
                        try fragment("informationSourceId", #""org\u0031""#),
                    ]))
            ])
        let cold = try await setup.run()
        let parses = Tally()
        let planner = setup.planner
        try await JSONParser.$onParse.withValue({ parses.add() }) {
            for _ in 0..<2 {
                let ready = try await planner.ready(query())
                #expect(ready.compatible == cold.compatibleJSON)
            }
            #expect(parses.count == 0)
            // The counter counts: a deeper field has to be parsed.
            _ = try await planner.ready(query(["Person.Name.n"]))
            #expect(parses.count > 0)
        }
        #expect(
            cold.compatibleJSON.text
                == #"[{"Person":[{"Name":[{"a":"\u00e9","n":1.50}],"informationSourceId":"org\u0031"}]}]"#)
    }

    @Test("A deeper field projects; the whole fragment is fetched and kept")
    func projection() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"])],
            ["org1": ScriptedOperator(.fragments([try fragment("Name", #"[{"firstName":"A","lastName":"B"}]"#)]))])
        let narrow = try await setup.run(["Person.Name", "Person.Name.firstName"])
        #expect(narrow.compatibleJSON.text == #"[{"Person":[{"Name":[{"firstName":"A"}]}]}]"#)
        let whole = try await setup.run(["Person.Name"])
        #expect(whole.compatibleJSON.text == #"[{"Person":[{"Name":[{"firstName":"A","lastName":"B"}]}]}]"#)
        #expect(setup.calls("org1") == 1)
    }

    @Test("The native result has the members of the wire contract")
    func nativeResult() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"]), source("org2", ["Name"])],
            [
                "org1": ScriptedOperator(
                    .fragments([try fragment("Name", "[1]")], dataTimestamp: Date(timeIntervalSince1970: 0))),
                "org2": ScriptedOperator(.failure(LIFError.refused)),
            ])
        let id = RandomID()
        let json = try await setup.run().nativeJSON(correlationID: id)
        #expect(json["correlation_id"]?.string == id.text)
        #expect(json["records"]?.text == #"[{"Person":[{"Name":[1]}]}]"#)
        let parts = json["parts"]?.elements ?? []
        #expect(parts.count == 2)
        #expect(
            parts.first?.members.dropLast().map { "\($0.name)=\($0.value.text)" } == [
                "learner=0", #"fragment_path="Person.Name""#, #"information_source_id="org1""#, #"outcome="fetched""#,
                "items=1", #"data_timestamp="1970-01-01T00:00:00.000Z""#, #"expires_at="2027-01-15T09:00:00.000Z""#,
                "reason=null",
            ])
        #expect(parts.last?["outcome"]?.string == "missing")
        #expect(parts.last?["reason"]?.string == "refused")
        #expect(parts.last?["expires_at"]?.isNull == true)
    }
}
