import Foundation
import LIFIdentities
import LIFModel

extension IdentityStoreConformance {
    private static let organization = SampleIdentities.organization

    static func ids(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A mapping keeps the id that it comes with.") { expect in
                let store = try await make()
                let mapping = SampleIdentities.mapping("a", "1", id: "4f9c-1")
                try expect.equal(try await store.save([mapping]), [mapping], "what was saved")
                try expect.equal(try await store.mappings(of: ["a"], in: organization), [[mapping]], "what is read")
            },
            ConformanceCheck("A mapping that names an id of the person's own replaces that one whole.") { expect in
                let store = try await make()
                _ = try await store.save([SampleIdentities.mapping("a", "1", id: "m1")])
                let new = SampleIdentities.mapping("a", "lms", type: "EMAIL", "2", id: "m1")
                try expect.equal(try await store.save([new]), [new], "what was saved")
                try expect.equal(try await store.mappings(of: ["a"], in: organization), [[new]], "what is read")
            },
            ConformanceCheck("An id that is not the mapping's is a conflict, and nothing is saved.") { expect in
                let store = try await make()
                let kept = try await store.save([
                    SampleIdentities.mapping("a", "1", id: "m1"), SampleIdentities.mapping("a", "lms", "2", id: "m2"),
                    SampleIdentities.mapping("b", "3", id: "m3"),
                ])
                let number = try await store.changeNumber(of: .mapping)
                for (person, system, id) in [
                    ("a", "crm", "m3"), ("b", "crm", "m1"), ("a", "sis", "m2"), ("a", "sis", "new"), ("c", "sis", "m1"),
                ] {
                    do {
                        _ = try await store.save([
                            SampleIdentities.mapping("d", "9"), SampleIdentities.mapping(person, system, "9", id: id),
                        ])
                        try expect(false, "\(person) \(system) \(id) was saved")
                    } catch let error as LIFError {
                        try expect.equal(error.code, .identityMappingConflict, "the error")
                    }
                }
                try expect.equal(
                    try await store.mappings(of: ["a", "b", "c", "d"], in: organization),
                    [[kept[1], kept[0]], [kept[2]], [], []], "what is kept")
                try expect.equal(try await store.changeNumber(of: .mapping), number, "the change number")
            },
        ]
    }

    static func imports(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("What is staged does not count before it is applied.") { expect in
                let store = try await make()
                let number = try await store.changeNumber(of: .mapping)
                let id = RandomID()
                let found = try await store.stage(
                    [line(1, "a", "1"), line(2, "b", "2")], for: id, at: SampleIdentities.start)
                try expect.equal(found, [], "contradictions")
                try expect.equal(try await store.mappings(of: ["a", "b"], in: organization), [[], []], "what is read")
                try expect.equal(try await store.changeNumber(of: .mapping), number, "the change number")
                try await store.dropStaged(id)
                try expect.equal(try await store.applyStaged(id, atMost: 9).total, 0, "what was applied")
            },
            ConformanceCheck("Staged lines are applied in batches and counted; ids that are kept stay.") { expect in
                let store = try await make()
                let kept = try await store.save([
                    SampleIdentities.mapping("a", "1"), SampleIdentities.mapping("b", "2"),
                ])
                let number = try await store.changeNumber(of: .mapping)
                let (id, other) = (RandomID(), RandomID())
                _ = try await store.stage([line(1, "z", "9")], for: other, at: SampleIdentities.start)
                _ = try await store.stage(
                    [line(1, "a", "1"), line(2, "b", "3"), line(3, "c", "4")], for: id, at: SampleIdentities.start)
                _ = try await store.stage([line(4, "d", "5")], for: id, at: SampleIdentities.start)
                var counts = IdentityImportCounts()
                for expected in [3, 1, 0] {
                    let batch = try await store.applyStaged(id, atMost: 3)
                    try expect.equal(batch.total, expected, "the batch")
                    counts += batch
                }
                try expect.equal(counts, IdentityImportCounts(added: 2, changed: 1, unchanged: 1), "counts")
                let read = try await store.mappings(of: ["a", "b", "c", "d", "z"], in: organization)
                try expect.equal(read.map { $0.map(\.target.identifier) }, [["1"], ["3"], ["4"], ["5"], []], "targets")
                try expect.equal([read[0][0].id, read[1][0].id], kept.map(\.id), "ids")
                try expect(Set(read.joined().map(\.id)).count == 4, "ids are not each mapping's own")
                try expect(try await store.changeNumber(of: .mapping) != number, "the change number stood still")
            },
            ConformanceCheck(
                "A staged line that says otherwise than an earlier one is told, one that repeats it is not."
            ) {
                expect in
                let store = try await make()
                let id = RandomID()
                let first = try await store.stage(
                    [line(2, "a", "1"), line(3, "a", "1"), line(4, "a", "2")], for: id, at: SampleIdentities.start)
                try expect.equal(first, [IdentityContradiction(number: 4, earlier: 2)], "in one call")
                let second = try await store.stage([line(9, "a", "3")], for: id, at: SampleIdentities.start)
                try expect.equal(second, [IdentityContradiction(number: 9, earlier: 2)], "in a later call")
                try expect.equal(
                    try await store.stage([line(1, "a", "7")], for: RandomID(), at: SampleIdentities.start), [],
                    "another import")
                try expect.equal(
                    try await store.applyStaged(id, atMost: 9), IdentityImportCounts(added: 1), "what was applied")
            },
            ConformanceCheck("Lines of two spellings of one type do not contradict each other, and both are applied.") {
                expect in
                let store = try await make()
                let id = RandomID()
                let lines = [("School number", "1"), ("SCHOOL_NUMBER", "2")].enumerated().map { number, target in
                    IdentityImportLine(
                        number: number, mapping: SampleIdentities.mapping("a", type: target.0, target.1))
                }
                try expect.equal(
                    try await store.stage(lines, for: id, at: SampleIdentities.start), [], "contradictions")
                try expect.equal(
                    try await store.applyStaged(id, atMost: 9), IdentityImportCounts(added: 2), "what was applied")
                try expect.equal(
                    try await store.mappings(of: ["a"], in: organization)[0].map(\.target.identifier), ["2", "1"],
                    "what is read")
            },
            ConformanceCheck("What an import left behind is dropped by its age.") { expect in
                let store = try await make()
                let (old, new) = (RandomID(), RandomID())
                _ = try await store.stage([line(1, "a", "1")], for: old, at: SampleIdentities.date(1))
                _ = try await store.stage([line(1, "b", "2")], for: new, at: SampleIdentities.date(5))
                try await store.dropStaged(before: SampleIdentities.date(3))
                try expect.equal(try await store.applyStaged(old, atMost: 9).total, 0, "the old one")
                try expect.equal(try await store.applyStaged(new, atMost: 9).total, 1, "the new one")
            },
        ]
    }

    private static func line(_ number: Int, _ person: String, _ identifier: String) -> IdentityImportLine {
        IdentityImportLine(number: number, mapping: SampleIdentities.mapping(person, identifier))
    }
}
