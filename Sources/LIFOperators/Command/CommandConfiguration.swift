public import LIFModel

/// Which executable is run, and within which limits (adapter `command`): the `command:` block of the configuration,
/// checked, with its credentials filled in.
///
/// What a command may rely on is its contract, `docs/guides/command-operator.md`.
public struct CommandConfiguration: Sendable, Hashable {
    /// The executable and its arguments, passed as they are: no shell reads them. The executable is an absolute path, a
    /// path with a slash in it from `workingDirectory` on, or a name that is looked up in the command's own `PATH`.
    public var arguments: [String]
    /// `nil` for that of this process.
    public var workingDirectory: String?
    /// Set beside `PATH`, `LANG` and `TZ`, or instead of them. Nothing of this process's own environment is passed on.
    public var environment: [String: Secret]
    /// `TZ` of the command; `nil` leaves it out.
    public var timeZone: String?
    /// Bytes that standard output may have; more of them fail with reason `answer-too-large`.
    public var maximumAnswerBytes: Int
    /// Bytes of standard error, the last ones, that are kept for the job's log.
    public var maximumErrorBytes: Int
    /// How long a command that is stopped has between SIGTERM and SIGKILL.
    public var terminationGrace: Duration
    /// What is run by `check()`, the executable first, with the request `{"version":1,"action":"check"}`. `nil`: nothing
    /// is run, and `check()` only looks whether the executable is there.
    public var checkArguments: [String]?

    /// By default a command may write 16 MiB to standard output, and has two seconds to end when it is stopped.
    public init(
        arguments: [String], workingDirectory: String? = nil, environment: [String: Secret] = [:],
        timeZone: String? = nil, maximumAnswerBytes: Int = 16 << 20, maximumErrorBytes: Int = 8 << 10,
        terminationGrace: Duration = .seconds(2), checkArguments: [String]? = nil
    ) {
        self.arguments = arguments
        self.workingDirectory = workingDirectory
        self.environment = environment
        self.timeZone = timeZone
        self.maximumAnswerBytes = maximumAnswerBytes
        self.maximumErrorBytes = maximumErrorBytes
        self.terminationGrace = terminationGrace
        self.checkArguments = checkArguments
    }

    /// Where a command is looked up unless `environment` has a `PATH`.
    public static let standardPath = "/usr/local/bin:/usr/bin:/bin"

    /// Why no command can be run like this, as a sentence that names the setting and no value; `nil` when it can.
    public var fault: String? {
        for (name, list) in [("The command", arguments), ("The command for checks", checkArguments ?? ["-"])] {
            guard let executable = list.first, !executable.isEmpty else {
                return "\(name) is empty. Give the executable first, then its arguments."
            }
            if list.contains(where: { $0.utf8.contains(0) }) { return "\(name) has an argument with a NUL in it." }
        }
        for (name, value) in environment {
            let isName = name.utf8.allSatisfy { $0 != UInt8(ascii: "=") && $0 > 0x20 && $0 < 0x7F }
            if name.isEmpty || !isName || name.first?.isNumber == true {
                return "A variable of the command's environment has a name that is none. Use letters, digits and \"_\"."
            }
            if value.reveal().utf8.contains(0) { return "The command's variable \(name) has a NUL in it." }
        }
        if workingDirectory?.utf8.contains(0) == true { return "The command's working directory has a NUL in it." }
        if timeZone?.utf8.contains(0) == true { return "The command's time zone has a NUL in it." }
        return nil
    }

    /// All variables that the command gets.
    var variables: [String: String] {
        var all = ["PATH": Self.standardPath, "LANG": "C.UTF-8"]
        all["TZ"] = timeZone
        return all.merging(environment.mapValues { $0.reveal() }, uniquingKeysWith: { $1 })
    }
}
