/// A member's name of `workflow.tasks`: a kind of task, or one task.
package struct TaskKey: Sendable, Hashable {
    /// The kinds that have settings. Our own short tasks have none.
    package static let kinds = ["fetch", "translate", "process"]

    /// `nil` for a kind.
    package let work: WorkflowTask.Work?

    /// - Returns: `nil` when a task cannot be called so. Whether a graph has it is not known here.
    package init?(_ text: String) {
        if Self.kinds.contains(text) {
            work = nil
            return
        }
        let names = text.split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, let part = Self.number(names[0], after: "part-"),
            let work = Self.work(String(names[1]), part: part)
        else { return nil }
        self.work = work
    }

    private static func work(_ name: String, part: Int) -> WorkflowTask.Work? {
        switch name {
        case "fetch": .fetch(part: part)
        case "translate": .translate(part: part)
        default: number(name[...], after: "process-").map { .process(part: part, step: $0) }
        }
    }

    /// The number as ids have it: no sign, no zero before it.
    private static func number(_ text: Substring, after prefix: String) -> Int? {
        guard text.hasPrefix(prefix) else { return nil }
        let digits = text.dropFirst(prefix.count)
        guard let number = Int(digits), number >= 0, String(number) == digits else { return nil }
        return number
    }
}
