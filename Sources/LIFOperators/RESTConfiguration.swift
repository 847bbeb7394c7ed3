public import LIFJSON
public import LIFModel

/// How one REST source is asked and how its answer becomes fragments (adapter `rest`): the `rest:` block of the
/// configuration, checked, with its credentials filled in.
public struct RESTConfiguration: Sendable, Hashable {
    public enum Method: String, Sendable, Hashable, CaseIterable {
        case get = "GET"
        case post = "POST"
    }

    public struct Header: Sendable, Hashable {
        public var name: String
        public var value: RESTTemplate

        public init(name: String, value: RESTTemplate) {
            self.name = name
            self.value = value
        }
    }

    public var method: Method
    /// An absolute URL. The operator percent-encodes what it fills in: every byte but RFC 3986's unreserved characters.
    /// The learner stands only behind the authority, never in it.
    public var url: RESTTemplate
    /// What the operator fills in must have no control character; it sends nothing if it has.
    public var headers: [Header]
    /// A JSON document in which the learner stands inside strings; the operator escapes what it fills in for JSON. Sent
    /// as `application/json` unless `headers` say otherwise. `nil` for no body.
    public var body: RESTTemplate?
    /// Where in the answer the data lies; empty for the answer itself.
    public var data: AnswerPath
    /// Where in the answer (from its root) the age of the data stands, in ISO 8601.
    public var dataTimestamp: AnswerPath?
    /// Statuses with which the source says that it does not know the learner.
    public var notFoundStatuses: Set<Int>
    /// What becomes of the data, one entry per fragment path.
    public var mapping: [FragmentMapping]
    /// A URL without a learner that answers 200–299 when the source is well. `nil`: the root of the source's host is
    /// asked, and any answer but 401 and 403 will do.
    public var checkURL: RESTTemplate?
    /// Bytes, decompressed, that one answer may have; a longer one fails with reason `answer-too-large`.
    public var maximumAnswerBytes: Int

    public init(
        method: Method = .get, url: RESTTemplate, headers: [Header] = [], body: RESTTemplate? = nil,
        data: AnswerPath = .root, dataTimestamp: AnswerPath? = nil, notFoundStatuses: Set<Int> = [404],
        mapping: [FragmentMapping], checkURL: RESTTemplate? = nil, maximumAnswerBytes: Int = 16 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.data = data
        self.dataTimestamp = dataTimestamp
        self.notFoundStatuses = notFoundStatuses
        self.mapping = mapping
        self.checkURL = checkURL
        self.maximumAnswerBytes = maximumAnswerBytes
    }
}

/// How a part of a source's answer becomes one fragment.
public struct FragmentMapping: Sendable, Hashable {
    public var path: FragmentPath
    /// From `RESTConfiguration.data` on, or from the answer's root. What stands there is an object, an array of objects
    /// (each is mapped), or a scalar; nothing or `null` there is an empty outcome.
    public var from: AnswerPath
    /// The members of each item in this order; members of the source that are not named are dropped. `nil`: what
    /// stands at `from` is taken as it is.
    public var fields: [Field]?

    public struct Field: Sendable, Hashable {
        /// The name of the member in the LIF data model.
        public var name: String
        public var source: Source

        public init(_ name: String, _ source: Source) {
            self.name = name
            self.source = source
        }
    }

    public enum Source: Sendable, Hashable {
        /// The first of these at which the item has something; the member is left out when none has. Paths start at the
        /// item, or at the answer's root.
        case paths([AnswerPath])
        case constant(JSONValue)
    }

    public init(path: FragmentPath, from: AnswerPath = .relative([]), fields: [Field]? = nil) {
        self.path = path
        self.from = from
        self.fields = fields
    }
}

/// A dot path into a source's answer: `employment.preferences`, or from the answer's root `$.person.id`. A whole number
/// names an item of an array: `emails.0.address`. Names are compared exactly.
public struct AnswerPath: Sendable, Hashable, CustomStringConvertible {
    /// It starts at the answer's root, and not at where one stands.
    public let isAbsolute: Bool
    public let segments: [String]

    public static let root = AnswerPath(isAbsolute: true, segments: [])

    public static func relative(_ segments: [String]) -> AnswerPath {
        AnswerPath(isAbsolute: false, segments: segments)
    }

    private init(isAbsolute: Bool, segments: [String]) {
        self.isAbsolute = isAbsolute
        self.segments = segments
    }

    /// - Returns: `nil` when a segment is empty. The empty text is where one stands, `$` the root.
    public init?(parsing text: String) {
        var parts = text.isEmpty ? [] : text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        isAbsolute = parts.first == "$"
        if isAbsolute { parts.removeFirst() }
        guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        segments = parts
    }

    public var description: String { ((isAbsolute ? ["$"] : []) + segments).joined(separator: ".") }
}
