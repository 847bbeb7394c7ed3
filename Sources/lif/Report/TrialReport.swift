import LIFJSON
import LIFModel
import LIFOrchestrator
import LIFWorkflow

/// What happened when one source was asked for a learner, for people.
struct TrialReport {
    /// Characters that are shown of an answer or a fragment.
    private static let maximumShown = 8_000

    let trial: SourceTrial
    /// The learner as named by who asks.
    let asked: LearnerIdentifier
    let events: [OperatorTrace.Event]
    let isFull: Bool

    /// Of the attempt that gave the outcome: a source is asked again after a failure.
    private var unmatched: [UnmatchedTarget] {
        for case .unmatched(let targets) in events.reversed() { return targets }
        return []
    }

    /// `nil` when there is data, and all of the mapping found something.
    var exitCode: Int32? {
        switch trial.outcome.result {
        case .failed: 1
        case .empty: 2
        case .data: unmatched.isEmpty && trial.outcome.failures.isEmpty ? nil : 2
        }
    }

    var text: String {
        var blocks = [heading]
        var (requests, answers) = (0, 0)
        for event in events {
            switch event {
            case .request(let message):
                requests += 1
                blocks.append(block("request \(requests)", message))
            case .answer(let message):
                answers += 1
                blocks.append(block("answer \(answers)", message))
            case .log(let line): blocks.append("log: \(printable(line))")
            case .unmatched: break
            }
        }
        blocks += trial.outputs.compactMap { output in block(after: output.task, output.output) }
        blocks.append(outcome)
        if !unmatched.isEmpty { blocks.append(unmatchedText) }
        return blocks.joined(separator: "\n\n")
    }

    private var heading: String {
        let part = trial.part
        var line = "source \(part.informationSourceID), adapter \(part.adapterID)"
        if part.learner != asked {
            line += "\nknows the learner as \(part.learner.identifierType):\(part.learner.identifier)"
        }
        return printable(line)
    }

    private func block(_ name: String, _ message: OperatorTrace.Message) -> String {
        let lines = ["\(name): \(message.title)"] + message.lines.map { "  \($0)" }
        let text = printable(lines.joined(separator: "\n"))
        guard let body = message.body, !body.isEmpty else { return text }
        return text + "\n" + shown(body)
    }

    /// What a task handed on; nothing for the start, and for one that handed on a failure, which is the outcome.
    private func block(after task: WorkflowTask, _ output: TaskOutput) -> String? {
        let name = task.work.kind == "process" ? "step \(task.operatorName ?? "")" : task.work.kind
        switch output.content {
        case .failed: return nil
        case .document: return "after \(name): the answer goes to the translator as it is"
        case .fragments(let fragments):
            if fragments.isEmpty { return "after \(name): no fragments" }
            let lines = fragments.map { fragment in
                "  \(fragment.path), \(Counted(fragment.content.count, "item", "items"))\n\(shown(fragment.content.items.text))"
            }
            return "after \(name): \(Counted(fragments.count, "fragment"))\n"
                + lines.joined(separator: "\n")
        }
    }

    private var outcome: String {
        let outcome = trial.outcome
        let found = Set(outcome.fragments.map(\.path))
        let empty = trial.part.fragmentPaths.filter {
            !found.contains($0) && outcome.failures[$0] == nil
        }
        var lines: [String]
        switch outcome.result {
        case .failed(let failure):
            return printable("outcome: failed (\(failure.reason.rawValue)): \(failure.message)")
        case .empty(let learnerKnown):
            lines = [
                learnerKnown
                    ? "outcome: empty: the answer gave no fragments"
                    : "outcome: empty: the source does not know the learner"
            ]
        case .data: lines = ["outcome: data, in \(outcome.duration.inMilliseconds) ms"]
        }
        if !empty.isEmpty {
            lines.append("  nothing at \(empty.map(\.description).joined(separator: ", "))")
        }
        for (path, failure) in outcome.failures.sorted(by: { $0.key.description < $1.key.description }) {
            lines.append("  failed at \(path) (\(failure.reason.rawValue)): \(failure.message)")
        }
        return printable(lines.joined(separator: "\n"))
    }

    private var unmatchedText: String {
        var table = TextTable(["matched nothing", "looked for at"], indent: "  ")
        for target in unmatched { table.add([target.target, target.paths.joined(separator: ", ")]) }
        return "The answer has data, and not all of the mapping found something in it:\n"
            + printable(table.text)
    }

    private func shown(_ text: String) -> String {
        // Before it is cut, which may leave half a credential.
        let text = hide(in: text)
        let isCut = !isFull && text.count > Self.maximumShown
        let rest =
            isCut ? "\n    … \(text.count - Self.maximumShown) more characters: --full shows them" : ""
        let lines = printable(String(isCut ? text.prefix(Self.maximumShown) : text[...]))
        return lines.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
            .joined(separator: "\n")
            + rest
    }

    /// Without credentials, wherever they stand: a source may repeat them in what becomes a fragment, and a command in its log.
    private func hide(in text: String) -> String {
        events.reduce(text) { text, event in
            switch event {
            case .request(let message), .answer(let message): message.hide(in: text)
            case .log, .unmatched: text
            }
        }
    }

    /// Without credentials; and what a source wrote must not steer the terminal.
    private func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in hide(in: text).unicodeScalars {
            if scalar.properties.generalCategory == .control, scalar != "\n", scalar != "\t" {
                result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}
