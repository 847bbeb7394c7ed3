import Testing

@testable import LIFEmbeddedEngine

@Suite struct RotationTests {
    /// Who has the turn, as often as asked.
    private func turns(_ rotation: Rotation<String>, _ count: Int) -> String {
        var rotation = rotation
        var result = ""
        for _ in 0..<count {
            result += rotation.first ?? "-"
            rotation.advance()
        }
        return result
    }

    private func rotation(_ elements: String...) -> Rotation<String> {
        var rotation = Rotation<String>()
        for element in elements { rotation.append(element) }
        return rotation
    }

    @Test("Elements have their turns in the order of joining, round after round")
    func rounds() {
        #expect(turns(rotation(), 2) == "--")
        #expect(turns(rotation("a"), 3) == "aaa")
        #expect(turns(rotation("a", "b", "c"), 7) == "abcabca")
    }

    @Test("Who joins in the middle of a round comes last in it")
    func joining() {
        var rotation = rotation("a", "b", "c")
        rotation.advance()
        rotation.append("d")
        #expect(turns(rotation, 6) == "bcadbc")
    }

    @Test("Who leaves has no turn any more; on its turn, the next one gets it")
    func leaving() {
        for gone in ["a", "b", "c"] {
            var rotation = rotation("a", "b", "c")
            rotation.remove(gone)
            rotation.remove("x")
            #expect(turns(rotation, 4) == "abcabc".replacing(gone, with: ""))
        }
        var rotation = rotation("a", "b")
        rotation.remove("a")
        rotation.remove("b")
        #expect(rotation.isEmpty)
        #expect(rotation.first == nil)
        rotation.append("c")
        #expect(turns(rotation, 2) == "cc")
    }

    @Test("Only those of the highest priority have turns, whichever order they came in")
    func priorities() {
        var rotation = PriorityRotation<String>()
        for (element, priority) in [("low", -3), ("high", 7), ("middle", 0), ("high too", 7)] {
            rotation.append(element, priority: priority)
        }
        #expect(rotation.first?.element == "high")
        rotation.advance()
        #expect(rotation.first?.element == "high too")
        rotation.remove("high", priority: 7)
        rotation.remove("high", priority: 5)
        rotation.advance()
        #expect(rotation.first?.element == "high too")
        rotation.remove("high too", priority: 7)
        #expect(rotation.first?.element == "middle")
        #expect(rotation.first?.priority == 0)
        rotation.remove("middle", priority: 0)
        rotation.remove("low", priority: -3)
        #expect(rotation.isEmpty)
        #expect(rotation.first == nil)
    }
}
