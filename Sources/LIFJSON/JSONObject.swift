/// The members of a JSON object, in the order written.
///
/// A name may stand twice (RFC 8259 allows it): both members are kept and written again; a look-up gives the last.
/// Names are looked up to the byte; Swift's own comparison of strings would take two spellings of an accented letter
/// for one.
public struct JSONObject: Sendable, Hashable {
    /// A name and its value.
    public struct Member: Sendable, Hashable {
        /// The name, its escapes decoded; compared to the byte when it is looked up.
        public var name: String
        /// The value under the name.
        public var value: JSONValue

        /// A member; the name is taken as it is and escaped when it is written.
        public init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }

        /// Bytes are compared only where Swift's fast comparison says yes.
        fileprivate func isNamed(_ other: String) -> Bool { name == other && name.utf8.elementsEqual(other.utf8) }
    }

    /// All members in the order written, also those whose name stands twice.
    public private(set) var members: [Member]

    /// An object of these members in this order; names that stand twice are kept.
    public init(_ members: [Member] = []) { self.members = members }

    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }
    /// The number of members; a name that stands twice counts twice.
    public var count: Int { members.count }
    /// The names in the order written; one that stands twice is here twice.
    public var names: [String] { members.map(\.name) }

    /// Reads the last member of that name. Setting replaces it in place, or appends it; setting `nil` removes every
    /// member of that name.
    public subscript(name: String) -> JSONValue? {
        get { members.last { $0.isNamed(name) }?.value }
        set {
            guard let newValue else {
                members.removeAll { $0.isNamed(name) }
                return
            }
            if let index = members.lastIndex(where: { $0.isNamed(name) }) {
                members[index].value = newValue
            } else {
                members.append(Member(name: name, value: newValue))
            }
        }
    }
}
