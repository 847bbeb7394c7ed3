public import LIFJSON

/// The organisations whose planners a request has come through, the first one first: the hop header `LIF-Via`.
///
/// An organisation's id is 1 to 128 printable ASCII characters. Ids are compared to the letter.
public struct FederationPath: Sendable, Hashable {
    /// The name of the request header that carries the path.
    public static let headerName = "LIF-Via"
    /// The same list beside the parts of a query plan in JSON.
    public static let memberName = "via"
    /// The most organisations that a path may name.
    public static let maximumHops = 16
    /// The longest id of one organisation, in bytes.
    public static let maximumBytes = 128

    /// The ids in the order in which the request came through them; the last one has asked us.
    public let organizations: [String]

    /// That of a request that came from no planner.
    public init() { organizations = [] }

    private init(unchecked organizations: [String]) { self.organizations = organizations }

    /// A path through these organisations, the first one first; ids that appear twice are kept.
    ///
    /// - Throws: `LIFError` `QueryNotValid` for more hops than there may be, or an id that is none.
    public init(_ organizations: [String]) throws(LIFError) {
        guard organizations.count <= Self.maximumHops else { throw Self.error(Self.tooManyHops) }
        for organization in organizations {
            if let fault = Self.fault(in: organization) { throw Self.error(fault) }
        }
        self.init(unchecked: organizations)
    }

    /// Reads `LIF-Via`: a list (RFC 9651) of strings and tokens. Several fields count as one. Parameters and empty
    /// members are ignored; a bare word may begin with a digit, which a token may not.
    ///
    /// - Throws: `LIFError` `QueryNotValid`. The message does not repeat what was sent.
    public init(headerValues: [String]) throws(LIFError) {
        var organizations: [String] = []
        for value in headerValues {
            var list = FederationHeader(value)
            while let member = try list.next() {
                organizations.append(member)
                if organizations.count > Self.maximumHops { throw Self.error(Self.tooManyHops) }
            }
        }
        try self.init(organizations)
    }

    /// Reads the array under `via`; `nil` and `null` are an empty path. It leaves out what is wrong, and notes it.
    package init(json: JSONValue?, faults: inout DocumentFaults) {
        self.init()
        guard let json, !json.isNull else { return }
        guard let elements = json.array else {
            faults.add(shapeOf: json, at: Self.memberName, should: "an array of organisations' ids")
            return
        }
        guard elements.count <= Self.maximumHops else {
            faults.add(.value, at: Self.memberName, "\"\(Self.memberName)\": \(Self.tooManyHops)")
            return
        }
        var organizations: [String] = []
        for (index, element) in elements.enumerated() {
            let place = "\(Self.memberName)[\(index)]"
            guard let organization = element.string else {
                faults.add(shapeOf: element, at: place, should: "an organisation's id")
                continue
            }
            if let fault = Self.fault(in: organization) { faults.add(.value, at: place, "\"\(place)\": \(fault)") }
            organizations.append(organization)
        }
        self.init(unchecked: organizations.filter { Self.fault(in: $0) == nil })
    }

    /// Says what is wrong with an organisation's id, without repeating it; `nil` when nothing is.
    public static func fault(in organization: String) -> String? {
        let isPrintable = organization.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        if (1...maximumBytes).contains(organization.utf8.count), isPrintable { return nil }
        return "An organisation's id is 1 to \(maximumBytes) printable ASCII characters."
    }

    /// The request came from no planner.
    public var isDirect: Bool { organizations.isEmpty }

    /// No planner may be added any more: partners are not asked.
    public var isFull: Bool { organizations.count >= Self.maximumHops }

    /// Whether the request came through an organisation, its id compared to the letter.
    public func contains(_ organization: String) -> Bool { organizations.contains(organization) }

    /// The path that a request goes on with. A full one stays as it is.
    ///
    /// - Parameter own: Our own id; `nil` adds nothing.
    public func appending(_ own: String?) -> FederationPath {
        guard let own, !isFull, Self.fault(in: own) == nil else { return self }
        return FederationPath(unchecked: organizations + [own])
    }

    /// As a list of strings and tokens (RFC 9651); empty for an empty path, which is not sent.
    public var headerValue: String { organizations.map(FederationHeader.written).joined(separator: ", ") }

    private static let tooManyHops =
        "The request came through more than \(maximumHops) planners. Check whether partners ask one another in a circle."

    private static func error(_ message: String) -> LIFError {
        LIFError(.queryNotValid, "The header \(headerName) is not valid. \(message)")
    }
}

extension JSONWriter {
    /// The array that `FederationPath.init(json:faults:)` reads, as a member; nothing for an empty path.
    public mutating func member(_ path: FederationPath) {
        guard !path.isDirect else { return }
        name(FederationPath.memberName)
        array { writer in
            for organization in path.organizations { writer.value(organization) }
        }
    }
}
