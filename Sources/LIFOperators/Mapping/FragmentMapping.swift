public import LIFJSON
public import LIFModel

/// How a part of a source's answer becomes one fragment.
public struct FragmentMapping: Sendable, Hashable {
    /// The path whose fragment this makes.
    public var path: FragmentPath
    /// From `AnswerMapping.data` on, or from the answer's root. What stands there is an object, an array of objects
    /// (each is mapped), or a scalar; nothing or `null` there is an empty outcome.
    public var from: AnswerPath
    /// The members of each item in this order; members of the source that are not named are dropped. `nil`: what
    /// stands at `from` is taken as it is.
    public var fields: [Field]?

    /// A member of an item, and what becomes it.
    public struct Field: Sendable, Hashable {
        /// The name of the member in the LIF data model.
        public var name: String
        /// Where its value comes from.
        public var source: Source

        /// A member under this name, with what becomes it.
        public init(_ name: String, _ source: Source) {
            self.name = name
            self.source = source
        }
    }

    /// What becomes a member. Where `isList` is true the member is a list in the data model: a single object that is made
    /// for it stands in one.
    public indirect enum Source: Sendable, Hashable {
        /// The first of these at which the item has something; the member is left out when none has. Paths start at the
        /// item, or at the answer's root.
        case paths([AnswerPath])
        case constant(JSONValue)
        /// An object with members of its own, which start where its own item does. It is left out when its paths all find
        /// nothing.
        case object([Field], isList: Bool)
        /// What stands at a path, an object or a list, mapped as an entry's own items are.
        case items(from: AnswerPath, [Field], isList: Bool)
    }

    /// By default the fragment is what lies at `AnswerMapping.data`, unchanged.
    public init(path: FragmentPath, from: AnswerPath = .relative([]), fields: [Field]? = nil) {
        self.path = path
        self.from = from
        self.fields = fields
    }
}
