import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

/// Each in a process of its own: open files and signals are a whole process's.
@Suite(.timeLimit(.minutes(2))) struct CommandResourceTests {
    @Test("A hundred commands at once, some of them failing or stopped, all end, and leave no open file")
    func manyAtOnce() async {
        await #expect(processExitsWith: .success) {
            try await CommandFolder.with { folder in
                _ = try await CommandTrial.of(folder.shell(#"echo '{"fragments":[]}'"#))
                let before = openCommandFiles()
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<100 {
                        group.addTask {
                            let script =
                                switch number % 4 {
                                case 0: "sleep 0.2; exit 67"
                                case 1: "sleep 1000 & sleep 1000"
                                case 2: "yes"
                                default: #"sleep 0.1; echo '{"fragments":[]}'"#
                                }
                            let run = Task { try await CommandTrial.of(folder.shell(script)).report.learnerKnown }
                            if number % 4 == 1 {
                                try await Task.sleep(for: .milliseconds(number * 5))
                                run.cancel()
                            }
                            switch await run.result {
                            case .success(let known): return known == (number % 4 == 3)
                            case .failure(let error as LIFError):
                                return number % 4 == 2 && error.reason == .answerTooLarge
                            case .failure(let error): return number % 4 == 1 && error is CancellationError
                            }
                        }
                    }
                    for try await isAsExpected in group { #expect(isAsExpected) }
                }
                #expect(openCommandFiles().subtracting(before).isEmpty)
            }
        }
    }

    @Test("A command that reads nothing of a large request gives its answer, and no signal reaches this process")
    func unreadInput() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_DFL)
            let text = String(repeating: "x", count: 4 << 20)
            let large = Fragment(path: FragmentPath(entity: "Name"), content: FragmentContent([RawJSON(.string(text))]))
            try await CommandFolder.with { folder in
                for script in ["", "exec <&-; sleep 0.05;", "head -c 10 > /dev/null;"] {
                    let step = CommandPipelineStep(
                        configuration: folder.shell(script + #"echo '{"fragments":[]}'"#))
                    let left = try await step.process([large], of: CommandTrial.part(), context: OperatorContext())
                    #expect(left.isEmpty)
                }
            }
        }
    }

    #if os(Linux)
        @Test("What a command has left is collected where this process inherits it, also when the command fails")
        func orphans() async {
            await #expect(processExitsWith: .success) {
                // Like the first process in a container. The function is variadic, so that Swift does not import it.
                typealias Number = CUnsignedLong
                typealias Prctl = @convention(c) (CInt, Number, Number, Number, Number) -> CInt
                let setChildSubreaper: CInt = 36
                let prctl = unsafeBitCast(try #require(dlsym(nil, "prctl")), to: Prctl.self)
                #expect(prctl(setChildSubreaper, 1, 0, 0, 0) == 0)
                for number in 0..<20 {
                    let answer = number.isMultiple(of: 2) ? #"echo '{"fragments":[]}'"# : "yes"
                    try await CommandFolder.with { folder in
                        var configuration = folder.shell("sleep 1000 & echo $! > pids; \(answer)")
                        configuration.maximumAnswerBytes = 100_000
                        _ = try? await CommandTrial.of(configuration)
                        let process = try await folder.line("pids")
                        #expect(!FileManager.default.fileExists(atPath: "/proc/\(process)"))
                    }
                }
            }
        }
    #endif

    @Test("Without file descriptors no command is started, and that may pass")
    func noDescriptors() async {
        await #expect(processExitsWith: .success) {
            try await CommandFolder.with { folder in
                let configuration = folder.shell(#"echo '{"fragments":[]}'"#)
                var limit = rlimit()
                let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
                getrlimit(files, &limit)
                // Above what this process has from the one that started it, which has more the more tests it runs.
                let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
                    rlim_t($0)
                }
                limit.rlim_cur = (open.max() ?? 0) + 100
                setrlimit(files, &limit)
                _ = try await CommandTrial.of(configuration)
                // The runtime opens what its timers need at their first use, and stops the process when it cannot.
                try await Task.sleep(for: .milliseconds(1), clock: .continuous)
                try await Task.sleep(for: .milliseconds(1), clock: .suspending)
                await withCheckedContinuation { continuation in
                    DispatchQueue.global().asyncAfter(wallDeadline: .now() + .milliseconds(1)) {
                        continuation.resume()
                    }
                }
                var taken: [Int32] = []
                while case let descriptor = dup(0), descriptor >= 0 { taken.append(descriptor) }
                var refusals = 0
                // One by one they come free: a refusal or an answer, and nothing else.
                for _ in 0..<40 {
                    do {
                        _ = try await CommandTrial.of(configuration)
                    } catch let error as LIFError {
                        #expect(error.reason == .internal)
                        #expect(error.isRetryable)
                        refusals += 1
                    }
                    if let descriptor = taken.popLast() { close(descriptor) }
                }
                #expect(refusals > 5)
                _ = try await CommandTrial.of(configuration)
            }
        }
    }
}

/// Those of the kinds that a command needs; the runtime opens and closes others.
private func openCommandFiles() -> Set<String> {
    let folder = "/proc/self/fd"
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let targets = all.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
    return Set(targets.filter { $0.hasPrefix("pipe:") || $0.contains("pidfd") || $0.contains("lif-command") })
}
