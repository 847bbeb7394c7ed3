import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// What `lif explain` prints.
@Suite(.timeLimit(.minutes(1))) struct ExplanationTests {
    private let sources = [source("org1", ["Name", "Contact"]), source("org2", ["Name", "CredentialAward"])]

    @Test("An explanation fetches nothing and shows what would be fetched")
    func explanation() async throws {
        let setup = PlannerSetup(
            sources,
            [
                "org1": ScriptedOperator(.fragments([try fragment("Name", "[1]")])),
                "org2": ScriptedOperator(.fragments([try fragment("Name", "[2]")])),
            ])
        let before = try await setup.planner.explain(query(["Person.Name"]))
        #expect(before.plan.parts.map(\.informationSourceID) == ["org1", "org2"])
        #expect(setup.calls("org1") + setup.calls("org2") == 0)
        _ = try await setup.run(["Person.Name"])
        let after = try await setup.planner.explain(query(["Person.Name", "Person.Contact", "Person.Proficiency"]))
        #expect(
            after.description == """
                query: 1 learner
                  Person.Name
                    org1: in the cache until 2027-01-15T09:00:00.000Z
                    org2: in the cache until 2027-01-15T09:00:00.000Z
                  Person.Contact
                    org1: to be fetched
                  Person.Proficiency
                    no source supplies it
                query plan: 1 part
                  part 0: source org1, adapter adapter-of-org1
                    learner #1 (SCHOOL_ASSIGNED_NUMBER)
                    fetch Person.Contact
                """)
        #expect(setup.calls("org1") + setup.calls("org2") == 2)
    }

    @Test("An explanation distinguishes paths that nobody supplies from those whose sources know none of the learners")
    func explanationOfSkippedSources() async throws {
        let unknowing = InformationSource(
            id: "org1", adapterID: "adapter-of-org1", timeToLive: .seconds(3_600),
            fragmentPaths: [FragmentPath(entity: "Name")], identifierTypes: ["OTHER"])
        let setup = PlannerSetup(
            [unknowing, source("org2", ["Contact"])],
            ["org2": ScriptedOperator(.fragments([try fragment("Contact", "[1]")]))])
        let explained = try await setup.planner.explain(query(["Person.Name", "Person.Proficiency"]))
        #expect(
            explained.description == """
                query: 1 learner
                  Person.Name
                    no source is asked: none of its sources has an identifier of the learner
                  Person.Proficiency
                    no source supplies it
                query plan: nothing to fetch
                """)
    }

    @Test("An explanation of several learners counts them at each source")
    func explanationOfSeveral() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"])], ["org1": ScriptedOperator(.fragments([try fragment("Name", "[1]")]))])
        _ = try await setup.run(["Person.Name"])
        let learners =
            query(["Person.Name"]).learners
            + ["2", "3"].map {
                LearnerIdentifier(identifier: $0, identifierType: "SCHOOL_ASSIGNED_NUMBER")
            }
        let explained = try await setup.planner.explain(
            LIFQuery(learners: learners, selectedFields: ["Person.Name"]))
        #expect(
            explained.description.hasPrefix(
                """
                query: 3 learners
                  Person.Name
                    org1: for 1 of 3 learners in the cache until 2027-01-15T09:00:00.000Z, for 2 of 3 learners to be fetched
                query plan: 2 parts
                """))
    }
}
