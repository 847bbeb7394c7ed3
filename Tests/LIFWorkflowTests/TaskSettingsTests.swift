import LIFJSON
import LIFModel
import LIFWorkflow
import Testing

/// The table of a task's settings, which readers, writers and the merge go through.
@Suite struct TaskSettingsTests {
    private static let everything = TaskSettings(
        policy: TaskPolicy(retries: 3, backoff: .seconds(1), timeout: .seconds(9)),
        resources: TaskResources(pool: "p", poolSlots: 2, priority: -4, sla: .seconds(7)))

    @Test("The table has each setting once")
    func table() {
        let names = TaskKnob.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.count == Mirror(reflecting: TaskSettings()).children.count)
    }

    @Test("What is said wins over what is filled in, setting by setting", arguments: 0..<7)
    func fill(_ index: Int) {
        var own = TaskSettings()
        own.fill(from: Self.everything)
        #expect(own == Self.everything)

        var other = TaskSettings(
            policy: TaskPolicy(retries: 0, backoff: .zero, timeout: .seconds(1)),
            resources: TaskResources(pool: "q", poolSlots: 5, priority: 6, sla: .seconds(2)))
        let said = other
        other.fill(from: Self.everything)
        #expect(other == said)

        // One that is not said is filled in, and no other.
        var (filled, expected) = (said, said)
        switch TaskKnob.all[index].value {
        case .whole(let path, _):
            (filled[keyPath: path], expected[keyPath: path]) = (nil, Self.everything[keyPath: path])
        case .duration(let path, _):
            (filled[keyPath: path], expected[keyPath: path]) = (nil, Self.everything[keyPath: path])
        case .name(let path): (filled[keyPath: path], expected[keyPath: path]) = (nil, Self.everything[keyPath: path])
        }
        filled.fill(from: Self.everything)
        #expect(filled == expected && filled != said)
    }

    @Test("What is said is written, and read again")
    func json() throws {
        var workflow = WorkflowSettings()
        workflow.tasks["fetch"] = Self.everything
        var writer = JSONWriter()
        writer.value(workflow)
        #expect(
            writer.raw.text
                == #"{"tasks":{"fetch":{"retries":3,"retry_backoff":"1s","timeout":"9s","sla":"7s","priority":-4,"#
                + #""pool":"p","pool_slots":2}}}"#)
        #expect(try WorkflowSettings(json: writer.raw.value()) == workflow)
    }

    @Test("What is said becomes policy and resources; for the rest the standard holds")
    func policy() {
        let policy = TaskPolicy(Self.everything)
        #expect(policy == TaskPolicy(retries: 3, backoff: .seconds(1), timeout: .seconds(9)))
        #expect(
            TaskResources(Self.everything) == TaskResources(pool: "p", poolSlots: 2, priority: -4, sla: .seconds(7)))
        #expect(TaskPolicy(TaskSettings()) == TaskPolicy() && TaskResources(TaskSettings()) == TaskResources())
    }
}
