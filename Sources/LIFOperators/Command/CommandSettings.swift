package import LIFSettings

/// The settings of a command: of a source's block `command`, and of an operator of type `command`.
package enum CommandSettings {
    /// - Parameter run: The key of the executable and its arguments.
    package static func all(run: String) -> [Setting] {
        [
            Setting(
                run, .texts, .required,
                "The executable and its arguments, each an item; no shell reads them. Every user of the machine can see "
                    + "them: no secret may stand here."
            ),
            Setting(
                "working_directory", .folder, .value("."), "Where it runs. `.` is the folder of this file."),
            Setting(
                "environment", .names, .without("none"),
                "Its variables beside `PATH`, `LANG` and `TZ`. Nothing of this process's own environment is passed on."),
            Setting(
                "environment.*", .template, .required,
                "A variable's value. `{token}` is the connection's token, and so with its other keys."),
            Setting("time_zone", .text, .without("none"), "Its `TZ`."),
            Setting("max_error", .bytes, .value("8KiB"), "How much of its standard error a job's log keeps."),
            Setting(
                "termination_grace", .duration(zeroAllowed: true), .value("2s"),
                "How long it has between SIGTERM and SIGKILL when it is stopped."),
            Setting(
                "check", .texts, .without("nothing is run"),
                "What `lif sources check` runs, the executable first."),
        ]
    }
}
