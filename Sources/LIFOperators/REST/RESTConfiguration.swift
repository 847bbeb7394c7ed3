/// How one REST source is asked and how its answer becomes fragments (adapter `rest`): the `rest:` block of the
/// configuration, checked, with its credentials filled in.
public struct RESTConfiguration: Sendable, Hashable {
    /// The methods that a source can be asked with.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        case get = "GET"
        case post = "POST"
    }

    /// A header of each request.
    public struct Header: Sendable, Hashable {
        /// The header's name; upper and lower case count as the same.
        public var name: String
        /// The header's value, with places for the learner.
        public var value: RESTTemplate

        /// A header; what is wrong with its name or value shows when a request is made.
        public init(name: String, value: RESTTemplate) {
            self.name = name
            self.value = value
        }
    }

    /// How the source is asked for a learner. Checks always use `GET`.
    public var method: Method
    /// An absolute URL. The operator percent-encodes what it fills in: every byte but RFC 3986's unreserved characters.
    /// The learner stands only after the authority, never in it.
    public var url: RESTTemplate
    /// What the operator fills in must have no control character; it sends nothing if it has.
    public var headers: [Header]
    /// A JSON document in which the learner stands inside strings; the operator escapes what it fills in for JSON. Sent
    /// as `application/json` unless `headers` say otherwise. `nil` for no body.
    public var body: RESTTemplate?
    /// What becomes of the answer.
    public var answer: AnswerMapping
    /// Statuses with which the source says that it does not know the learner.
    public var notFoundStatuses: Set<Int>
    /// A URL without a learner that answers 200–299 when the source is well. `nil`: the root of the source's host is
    /// asked, and any answer but 401 and 403 will do.
    public var checkURL: RESTTemplate?
    /// Bytes, decompressed, that one answer may have; a longer one fails with reason `answer-too-large`.
    public var maximumAnswerBytes: Int

    /// A `GET` of the URL, unless other values are given; 404 then means that the learner is not known.
    public init(
        method: Method = .get, url: RESTTemplate, headers: [Header] = [], body: RESTTemplate? = nil,
        data: AnswerPath = .root, dataTimestamp: AnswerPath? = nil, notFoundStatuses: Set<Int> = [404],
        mapping: [FragmentMapping], checkURL: RESTTemplate? = nil, maximumAnswerBytes: Int = 16 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        answer = AnswerMapping(data: data, dataTimestamp: dataTimestamp, fragments: mapping)
        self.notFoundStatuses = notFoundStatuses
        self.checkURL = checkURL
        self.maximumAnswerBytes = maximumAnswerBytes
    }

    /// Whether a request says of which type the learner's identifier is.
    public var namesIdentifierType: Bool {
        url.namesType || body?.namesType == true || headers.contains { $0.value.namesType }
    }

    /// `AnswerMapping.data` of `answer`.
    public var data: AnswerPath {
        get { answer.data }
        set { answer.data = newValue }
    }

    /// `AnswerMapping.dataTimestamp` of `answer`.
    public var dataTimestamp: AnswerPath? {
        get { answer.dataTimestamp }
        set { answer.dataTimestamp = newValue }
    }

    /// `AnswerMapping.fragments` of `answer`, which a REST source always has.
    public var mapping: [FragmentMapping] {
        get { answer.fragments ?? [] }
        set { answer.fragments = newValue }
    }
}
