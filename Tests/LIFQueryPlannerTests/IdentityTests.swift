import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite struct IdentityTests {
    private static let learner = LearnerIdentifier(identifier: "a", identifierType: "ID")
    private static let source = InformationSource(
        id: "s", adapterID: "adapter", timeToLive: .seconds(60), fragmentPaths: [])

    @Test("Without a mapper each source knows each learner by the same identifier, and that never changes")
    func shared() async throws {
        let other = LearnerIdentifier(identifier: "b", identifierType: "ID")
        let found = try await SharedIdentities().identities(of: [Self.learner, other], at: [Self.source])
        #expect(found == [["s": Self.learner], ["s": other]])
        #expect(try await !SharedIdentities().hasChanged())
    }

    @Test("Whatever a look-up throws, the planner says the same of the Identity Mapper")
    func agentsError() async throws {
        struct Odd: Error, CustomStringConvertible { let description = "learner 4711" }
        struct Failing: IdentityLookup {
            func identities(
                of learners: [LearnerIdentifier], at sources: [InformationSource]
            ) async throws -> [[String: LearnerIdentifier]] { throw Odd() }
        }
        let agent = IdentitiesLookupAgent(lookup: Failing())
        let error = await #expect(throws: LIFError.self) {
            try await agent.identities(of: [Self.learner], catalogue: SourceCatalogue([Self.source]))
        }
        #expect(error?.code == .neighbourNotAvailable)
        #expect(error?.message == "The Identity Mapper is not available. Try again later.")
    }

    @Test("A look-up that answers for too few learners is not taken")
    func tooFew() async throws {
        struct Short: IdentityLookup {
            func identities(
                of learners: [LearnerIdentifier], at sources: [InformationSource]
            ) async throws -> [[String: LearnerIdentifier]] { [] }
        }
        let agent = IdentitiesLookupAgent(lookup: Short())
        let error = await #expect(throws: LIFError.self) {
            try await agent.identities(of: [Self.learner], catalogue: SourceCatalogue([Self.source]))
        }
        #expect(error?.code == .neighbourNotAvailable)
    }

    @Test("How one source knows a learner is shown, and that it does not")
    func oneIdentity() async throws {
        let sources = [LIFQueryPlannerTests.source("org1", ["Name"]), LIFQueryPlannerTests.source("org2", ["Name"])]
        let known = LearnerIdentifier(identifier: "77", identifierType: "ID")
        let planner = PlannerSetup(sources, identities: GivenIdentities(["org1": known])).planner
        #expect(try await planner.identity(of: PlannerSetup.learner, at: sources[0]) == known)
        #expect(try await planner.identity(of: PlannerSetup.learner, at: sources[1]) == nil)
    }
}
