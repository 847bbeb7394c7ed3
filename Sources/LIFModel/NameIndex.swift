/// Names of LIF members in order, and which of them an asked one means (see `LIFName`). Looking one up takes no longer
/// for many names than for few.
struct NameIndex: Sendable, Hashable {
    let names: [String]
    private let exact: [String: Int]
    /// The first one of each spelling except for the case of the first letter.
    private let loose: [String: Int]
    /// Those that GraphQL cannot write, by what a LIF API calls them; names that stand for several are left out.
    private let written: [String: Int]

    /// - Parameter names: Each once.
    init(_ names: [String]) {
        self.names = names
        let numbered = names.enumerated()
        exact = Dictionary(numbered.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        loose = Dictionary(numbered.map { (Self.looseKey($1), $0) }, uniquingKeysWith: { first, _ in first })
        let others = numbered.map { (written: GraphQLName.field($1), place: $0) }.filter {
            $0.written != names[$0.place]
        }
        written = Dictionary(grouping: others, by: \.written).compactMapValues { $0.count == 1 ? $0[0].place : nil }
    }

    /// What `LIFName.find` gives, as a place in `names`; else the name that a LIF API writes so.
    func find(_ asked: String) -> Int? { known(asked) ?? written[asked] }

    private func known(_ asked: String) -> Int? {
        if let place = exact[asked] {
            return names[place].utf8.elementsEqual(asked.utf8) ? place : search(asked)
        }
        guard let place = loose[Self.looseKey(asked)] else { return nil }
        return LIFName.matches(names[place], asked) ? place : search(asked)
    }

    /// For names that Swift takes for the same and that differ in their bytes: two spellings of an accented letter.
    private func search(_ asked: String) -> Int? {
        let name = LIFName.find(asked, among: names)
        return name.flatMap { name in names.firstIndex { $0.utf8.elementsEqual(name.utf8) } }
    }

    /// Equal for names that match.
    private static func looseKey(_ name: String) -> String {
        guard let first = name.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else { return name }
        return String(UnicodeScalar(first | 0x20)) + name.dropFirst()
    }

    static func == (left: NameIndex, right: NameIndex) -> Bool {
        left.names.elementsEqual(right.names) { $0.utf8.elementsEqual($1.utf8) }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(names) }
}
