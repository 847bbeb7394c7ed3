import Foundation
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite struct FreshnessTests {
    private let start = Date(timeIntervalSince1970: 1_800_000_000)
    private let learner = PlannerSetup.learner

    private func key(_ source: String, _ entity: String = "Name", learner: LearnerIdentifier? = nil) -> FragmentKey {
        FragmentKey(sourceID: source, learner: learner ?? self.learner, path: FragmentPath(entity: entity))
    }

    private func stored(_ key: FragmentKey, origin: String? = nil, content: String? = "[1]") throws -> StoredFragment {
        StoredFragment(
            key: key, content: try content.flatMap { FragmentContent(member: try raw($0)) }, learnerKnown: true,
            storedAt: start, dataTimestamp: nil, origin: origin ?? "adapter-of-\(key.sourceID)")
    }

    private func state(
        of source: InformationSource, stored: StoredFragment?, after seconds: Double
    ) throws -> Freshness.State {
        let key = key(source.id)
        let delta = Freshness.delta(
            [Freshness.Pair(learner: 0, ordinal: 0, source: source, key: key)], stored: stored.map { [key: $0] } ?? [:],
            now: start.addingTimeInterval(seconds))
        return try #require(delta.states.first)
    }

    @Test("Data is fresh for its source's time to live, to the instant, and is then to be fetched")
    func timeToLive() throws {
        for (ttl, fresh, expired) in [(60, 59.999, 60.0), (3_600, 3_599.999, 3_600.0)] {
            let source = source("org1", ["Name"], ttl: .seconds(ttl))
            let kept = try stored(key("org1"))
            let before = try state(of: source, stored: kept, after: fresh)
            #expect(before.isFresh)
            #expect(before.expiresAt == start.addingTimeInterval(Double(ttl)))
            #expect(!before.isUsableOnFailure)
            let after = try state(of: source, stored: kept, after: expired)
            #expect(!after.isFresh)
            #expect(after.expiresAt == nil)
            #expect(!after.isUsableOnFailure)
        }
    }

    @Test("An empty answer is as fresh as data: it is not asked for again")
    func negative() throws {
        let source = source("org1", ["Name"], ttl: .seconds(60))
        let kept = try stored(key("org1"), content: nil)
        #expect(try state(of: source, stored: kept, after: 59).isFresh)
        #expect(try !state(of: source, stored: kept, after: 60).isFresh)
    }

    @Test("What was kept under another origin is neither fresh nor of use when the source fails")
    func otherOrigin() throws {
        let source = source("org1", ["Name"], ttl: .seconds(60), staleIfError: .seconds(60))
        let kept = try stored(key("org1"), origin: "another mapping")
        for seconds in [0.0, 70.0] {
            let state = try state(of: source, stored: kept, after: seconds)
            #expect(!state.isFresh)
            #expect(!state.isUsableOnFailure)
            #expect(state.stored == nil)
        }
    }

    @Test("Expired data is of use when the source fails, within the grace and not a moment longer")
    func staleIfError() throws {
        let source = source("org1", ["Name"], ttl: .seconds(60), staleIfError: .seconds(30))
        let kept = try stored(key("org1"))
        #expect(try !state(of: source, stored: kept, after: 59.999).isUsableOnFailure)
        #expect(try state(of: source, stored: kept, after: 60).isUsableOnFailure)
        #expect(try state(of: source, stored: kept, after: 89.999).isUsableOnFailure)
        #expect(try !state(of: source, stored: kept, after: 90).isUsableOnFailure)
    }

    @Test("What is not kept is to be fetched")
    func nothingKept() throws {
        let state = try state(of: source("org1", ["Name"], staleIfError: .seconds(60)), stored: nil, after: 0)
        #expect(!state.isFresh)
        #expect(!state.isUsableOnFailure)
    }

    @Test("A source is not asked about a learner named by a type of identifier that it does not know")
    func identifierTypes() {
        let path = FragmentPath(entity: "Name")
        let choosy = InformationSource(
            id: "org1", adapterID: "a", timeToLive: .seconds(60), fragmentPaths: [path],
            identifierTypes: ["EMPLOYEE_NUMBER"])
        let catalogue = SourceCatalogue([choosy, source("org2", ["Name"])])
        let employee = LearnerIdentifier(identifier: "1", identifierType: "Employee number")
        let student = LearnerIdentifier(identifier: "1", identifierType: "SCHOOL_ASSIGNED_NUMBER")
        for (learner, sources) in [(employee, ["org1", "org2"]), (student, ["org2"])] {
            let pairs = Freshness.pairs(
                of: CanonicalQuery(learners: [learner], paths: [path]), catalogue: catalogue,
                identities: [["org1": learner, "org2": learner]])
            #expect(pairs.map(\.source.id) == sources)
        }
    }

    @Test("The pairs are learners times paths times the sources of each path, in the order of query and configuration")
    func pairs() {
        let catalogue = SourceCatalogue([
            source("org1", ["Name", "Contact"]), source("org2", ["Contact", "Name"]), source("org3", ["Narrative"]),
        ])
        let other = LearnerIdentifier(identifier: "2", identifierType: "T")
        let query = CanonicalQuery(
            learners: [learner, other], paths: ["Name", "Contact", "Proficiency"].map(FragmentPath.init(entity:)))
        let alias = LearnerIdentifier(identifier: "E-1", identifierType: "EMPLOYEE")
        let pairs = Freshness.pairs(
            of: query, catalogue: catalogue,
            identities: [
                ["org1": learner, "org2": alias, "org3": learner, "gone": learner], ["org2": other],
            ])
        #expect(
            pairs.map(\.key) == [
                key("org1"), key("org2", learner: alias), key("org1", "Contact"),
                key("org2", "Contact", learner: alias), key("org2", learner: other),
                key("org2", "Contact", learner: other),
            ])
        #expect(pairs.map(\.learner) == [0, 0, 0, 0, 1, 1])
    }

    @Test("A delta is empty when each pair is fresh, and valid until the earliest of them expires")
    func delta() throws {
        let quick = source("org1", ["Name"], ttl: .seconds(60))
        let slow = source("org2", ["Name"], ttl: .seconds(600))
        let pairs = [quick, slow].map { Freshness.Pair(learner: 0, ordinal: 0, source: $0, key: key($0.id)) }
        let kept = [key("org1"): try stored(key("org1")), key("org2"): try stored(key("org2"))]
        let fresh = Freshness.delta(pairs, stored: kept, now: start)
        #expect(fresh.isEmpty)
        #expect(fresh.missing.isEmpty)
        #expect(fresh.validUntil == start.addingTimeInterval(60))
        let later = Freshness.delta(pairs, stored: kept, now: start.addingTimeInterval(60))
        #expect(!later.isEmpty)
        #expect(later.missing.map(\.key) == [key("org1")])
        #expect(later.states.map(\.isFresh) == [false, true])
    }

    @Test("A plan has one part for each source and learner, with all its paths, in the order wanted")
    func plan() {
        let translation = Translation(sourceSchemaID: "26", targetSchemaID: "17")
        let catalogue = SourceCatalogue([
            source("org1", ["Name", "Contact"]),
            InformationSource(
                id: "org2", adapterID: "b", timeToLive: .seconds(1), fragmentPaths: [FragmentPath(entity: "Name")],
                translation: translation),
        ])
        let other = LearnerIdentifier(identifier: "2", identifierType: "T")
        let plan = SourceMetadataLoader.plan(
            [
                key("org1"), key("org2"), key("org1", "Contact"), key("org1", learner: other), key("gone"),
            ], catalogue: catalogue)
        #expect(plan.parts.map(\.informationSourceID) == ["org1", "org2", "org1"])
        #expect(plan.parts.map(\.adapterID) == ["adapter-of-org1", "b", "adapter-of-org1"])
        #expect(plan.parts.map { $0.fragmentPaths.map(\.entity) } == [["Name", "Contact"], ["Name"], ["Name"]])
        #expect(plan.parts.map(\.learner) == [learner, learner, other])
        #expect(plan.parts.map(\.translation) == [nil, translation, nil])
    }
}
