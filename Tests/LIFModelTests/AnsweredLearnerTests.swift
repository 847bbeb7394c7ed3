import Foundation
import LIFJSON
import LIFModel
import Testing

@Suite("Whose answer it is") struct AnsweredLearnerTests {
    private static let asked = LearnerIdentifier(identifier: "100001", identifierType: "SCHOOL_ASSIGNED_NUMBER")
    private static let part = QueryPlanPart(
        informationSourceID: "org2", adapterID: "a", learner: asked,
        fragmentPaths: [FragmentPath(entity: "Identifier"), FragmentPath(entity: "Name")])

    private static func fragment(_ entity: String, _ member: String) throws -> Fragment {
        let content = FragmentContent(member: try RawJSON(validating: Array(member.utf8)))
        return Fragment(path: FragmentPath(entity: entity), content: try #require(content))
    }

    @Test(
        "Identifiers of the type asked, none of them the one asked, are another learner's, in any spelling",
        arguments: [
            #"[{"identifier":"100002","identifierType":"SCHOOL_ASSIGNED_NUMBER"}]"#,
            #"{"identifier":"100002","identifierType":"School assigned number"}"#,
            #"[{"Identifier":"100002","IdentifierType":"school-assigned-number"}]"#,
            #"[{"identifier":100002,"identifierType":"SCHOOL_ASSIGNED_NUMBER"}]"#,
            #"[{"identifier":"100001a","identifierType":"SCHOOL_ASSIGNED_NUMBER"}]"#,
            #"[{"identifier":"10001","identifierType":"SCHOOL_ASSIGNED_NUMBER"}]"#,
            #"[{"identifier":"100001","identifierType":"OTHER"},{"identifier":"100002","identifierType":"SCHOOL_ASSIGNED_NUMBER"}]"#,
        ], ["Identifier", "identifier"])
    func another(member: String, entity: String) throws {
        #expect(AnsweredLearner.isAnother(than: Self.asked, in: [try Self.fragment(entity, member)]))
        let name = try Self.fragment("Name", #"[{"n":1}]"#)
        let (outcome, dropped) = Self.part.admitted(
            Outcome(.data([name, try Self.fragment(entity, member)]), finishedAt: Date(), duration: .zero))
        #expect(outcome.failure?.reason == .invalidAnswer)
        #expect(outcome.failure?.message.contains("100") == false)
        #expect(dropped == 2)
    }

    @Test(
        "One that is the learner's is enough, and what says nothing of that type says nothing",
        arguments: [
            #"[{"identifier":"100002","identifierType":"SCHOOL_ASSIGNED_NUMBER"},{"identifier":"100001","identifierType":"School assigned number"}]"#,
            #"[{"identifier":100001,"identifierType":"SCHOOL_ASSIGNED_NUMBER"}]"#,
            #"[{"identifier":"100002","identifierType":"OTHER"}]"#, #"[{"identifier":"100002"}]"#,
            #"[{"identifier":null,"identifierType":"SCHOOL_ASSIGNED_NUMBER"}]"#,
            #"[{"identifier":"","identifierType":"SCHOOL_ASSIGNED_NUMBER"}]"#,
            #"[{"identifierType":"SCHOOL_ASSIGNED_NUMBER"}]"#, #""100002""#, #"[7,[],{}]"#,
            #"[{"identifier":"***","identifierType":"SCHOOL_ASSIGNED_NUMBER"}]"#,
        ])
    func same(member: String) throws {
        let identifier = try Self.fragment("Identifier", member)
        #expect(!AnsweredLearner.isAnother(than: Self.asked, in: [identifier]))
        let outcome = Outcome(.data([identifier]), finishedAt: Date(), duration: .zero)
        #expect(Self.part.admitted(outcome).outcome.failure == nil)
    }

    @Test(
        "A source says when an identifier is the one asked: to the byte, similar, or not compared",
        arguments: [
            ("Ada@x.edu", "ada@X.edu", true), ("Ada@x.edu", " Ada@x.edu ", true), ("00017", "17", true),
            ("17", "00017", true), ("000", "0", true), ("Ada@x.edu", "eve@x.edu", false), ("a017", "a17", false),
            ("17", "170", false), ("17", "1 7", false),
        ])
    func comparisons(asked: String, given: String, isSimilar: Bool) throws {
        let identifier = try Self.fragment("Identifier", #"[{"identifier":"\#(given)","identifierType":"T"}]"#)
        let part = QueryPlanPart(
            informationSourceID: "org2", adapterID: "a",
            learner: LearnerIdentifier(identifier: asked, identifierType: "T"), fragmentPaths: [identifier.path])
        func isAnother(_ comparison: AnsweredLearner.Comparison) -> Bool {
            let source = InformationSource(
                id: "org2", adapterID: "a", timeToLive: .seconds(60), fragmentPaths: part.fragmentPaths,
                answeredIdentifiers: comparison)
            let outcome = Outcome(.data([identifier]), finishedAt: Date(), duration: .zero)
            let isAnother = part.isAboutAnother([identifier], of: source)
            #expect((part.admitted(outcome, of: source).outcome.failure != nil) == isAnother)
            return isAnother
        }
        #expect(isAnother(.exact))
        #expect(isAnother(.similar) == !isSimilar)
        #expect(part.isAboutAnother([identifier]) == !isSimilar)
        #expect(!isAnother(.unchecked))
    }

    @Test("Identifiers of what stands inside the record are not the learner's")
    func inside() throws {
        let award = try Self.fragment(
            "CredentialAward", #"[{"Identifier":[{"identifier":"7","identifierType":"SCHOOL_ASSIGNED_NUMBER"}]}]"#)
        #expect(!AnsweredLearner.isAnother(than: Self.asked, in: [award]))
    }

    @Test("Where steps of a pipeline may have changed the identifiers they show nothing")
    func rewritten() throws {
        let masked = try Self.fragment(
            "Identifier", #"[{"identifier":"hidden","identifierType":"SCHOOL_ASSIGNED_NUMBER"}]"#)
        let outcome = Outcome(.data([masked]), finishedAt: Date(), duration: .zero)
        func source(_ rewrites: Bool) -> InformationSource {
            InformationSource(
                id: "org2", adapterID: "a", timeToLive: .seconds(60), fragmentPaths: Self.part.fragmentPaths,
                rewritesIdentifiers: rewrites)
        }
        #expect(Self.part.admitted(outcome, of: source(true)).outcome == outcome)
        #expect(Self.part.admitted(outcome, of: source(false)).outcome.failure == AnsweredLearner.failure)
    }
}
