import LIFSettings

/// What one YAML file may become when each alias is replaced by what it names. It bounds memory and time of everything that
/// reads the result.
struct YAMLBudget {
    struct Exceeded: Error {
        let place: Place
        let reason: String
    }

    /// What a value, with everything in it, takes.
    struct Size {
        var values = 1
        /// Of texts, after variables were replaced.
        var bytes = 0
        var depth = 1
        /// Whether a text in it names a secret.
        var namesSecret = false
    }

    static let maximumValues = 250_000
    static let maximumBytes = 16 << 20
    static let maximumDepth = 64

    private var values = 0
    private var bytes = 0

    /// - Parameter depth: Of blocks and lists around the value.
    mutating func take(_ size: Size, depth: Int, at place: Place) throws(Exceeded) {
        guard depth + size.depth <= Self.maximumDepth else {
            throw Exceeded(
                place: place,
                reason: "blocks and lists are more than \(Self.maximumDepth) deep here, aliases included")
        }
        values += size.values
        bytes += size.bytes
        guard values <= Self.maximumValues else {
            throw Exceeded(
                place: place,
                reason: "the file has more than \(Self.maximumValues) values when each alias is replaced by what it "
                    + "names; write fewer, or split the file")
        }
        guard bytes <= Self.maximumBytes else {
            throw Exceeded(
                place: place,
                reason: "the file has more than \(Self.maximumBytes >> 20) MiB of text when each alias and variable is "
                    + "replaced by what it names; write less, or split the file")
        }
    }
}
