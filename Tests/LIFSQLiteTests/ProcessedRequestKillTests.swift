import Foundation
import LIFModel
import LIFQueryPlanner
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFSQLite

@Suite struct ProcessedRequestKillTests {
    @Test("A process that is killed between a part and the end leaves the part, and the next process goes on")
    func killedBetween() async throws {
        let folder = try TemporaryFolder()
        let id = RandomID()
        let (path, text) = (folder.url.path(percentEncoded: false), id.text)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, text = text as String] in
            let store = ProcessedRequestStore(try LIFDatabase(folder: URL(filePath: path)))
            let id = try #require(RandomID(text))
            let request = ProcessedRequest(
                id: id, query: LIFQuery(learners: [Job.sampleLearner], selectedFields: []),
                acceptedAt: Date(timeIntervalSinceReferenceDate: 0), holder: HolderID())
            try await store.accept(request)
            for learner in 0..<3 {
                try #require(try await store.append([ProcessedRequestKillTests.part(learner)], to: id, fence: 1))
            }
            kill(getpid(), SIGKILL)
        }
        let store = ProcessedRequestStore(try LIFDatabase(folder: folder.url))
        #expect(try await store.parts(of: id, learners: 0..<9) == (0..<3).map(Self.part))
        #expect(try await store.request(id)?.state == .pending)
        let own = HolderID()
        #expect(try await store.claim(living: [own], by: own, limit: 9).map(\.fence) == [2])
        #expect(try await store.append([Self.part(2), Self.part(3)], to: id, fence: 2))
        #expect(try await store.outcomes(of: id, after: 0, limit: 9).map(\.position) == [1, 2, 3, 4])
        #expect(try await store.finish(id, fence: 2, state: .completed, at: Date()))
    }

    private static func part(_ learner: Int) -> LandedPart {
        LandedPart(
            AnswerPart(
                learner: learner, ordinal: 0, path: FragmentPath(entity: "Name"), sourceID: "org1", outcome: .empty),
            content: nil)
    }
}
