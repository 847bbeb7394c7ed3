public import LIFJSON

/// Failures at single paths of a part, as an array beside the part's data:
/// `"missing":[{"fragment_path":…,"reason":…,"message":…}]`.
extension JSONWriter {
    /// Writes the member, in the order of the paths' names; nothing when there are no failures.
    public mutating func missing(_ failures: [FragmentPath: Failure]) {
        guard !failures.isEmpty else { return }
        name("missing")
        value(failures)
    }

    /// Writes the array alone.
    public mutating func value(_ failures: [FragmentPath: Failure]) {
        array { writer in
            for (path, failure) in failures.sorted(by: { $0.key.entity < $1.key.entity }) {
                writer.object { writer in
                    writer.member("fragment_path", path.description)
                    writer.member("reason", failure.reason.rawValue)
                    writer.member("message", failure.message)
                }
            }
        }
    }
}

extension [FragmentPath: Failure] {
    /// Reads the array; what is no entry of that form is ignored, as in documents of systems that do not write it.
    ///
    /// - Parameter message: Replaces the messages, which are another system's words; `nil` takes them.
    public init(json: RawJSON, message: ((Failure.Reason) -> String)? = nil) {
        self = [:]
        for entry in json.elements {
            guard let path = entry["fragment_path"]?.string.flatMap(FragmentPath.init(parsing:)) else { continue }
            // A newer version may know more reasons.
            let reason = entry["reason"]?.string.flatMap(Failure.Reason.init(rawValue:)) ?? .sourceError
            self[path] = Failure(reason, message?(reason) ?? entry["message"]?.string ?? "")
        }
    }
}
