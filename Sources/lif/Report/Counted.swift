/// A number with its noun: `1 line`, `2 lines`, `1 query`.
struct Counted: CustomStringConvertible {
    private let count: Int
    private let one: String
    private let many: String

    /// - Parameter many: The plural; `one` with an s when `nil`.
    init(_ count: Int, _ one: String, _ many: String? = nil) {
        self.count = count
        self.one = one
        self.many = many ?? one + "s"
    }

    var description: String { "\(count) \(count == 1 ? one : many)" }
}
