public import LIFJSON

/// The data of one branch of a LIF record (Query Planner seed, "LIF fragment").
public struct Fragment: Sendable, Hashable {
    /// Which branch of the record this is.
    public let path: FragmentPath
    /// What the branch holds, whole: a query's projection is applied later.
    public let content: FragmentContent

    /// The data of one branch.
    public init(path: FragmentPath, content: FragmentContent) {
        self.path = path
        self.content = content
    }
}

/// What stands at a fragment path, as bytes: always an array, so that the items of several sources can be joined.
public struct FragmentContent: Sendable, Hashable {
    /// A minified JSON array of `count` items.
    public let items: RawJSON
    /// The number of items in the array, so that nobody has to walk over the bytes to count them.
    public let count: Int
    /// The member is a scalar directly under `Person`: `items` then holds that one scalar, and of several sources the
    /// first in configuration order wins.
    public let isScalar: Bool

    /// Content whose array has been written and counted already, for instance by a store.
    ///
    /// - Parameters:
    ///   - items: A JSON array; its elements are not counted here.
    ///   - count: The number of its elements.
    public init(items: RawJSON, count: Int, isScalar: Bool) {
        self.items = items
        self.count = count
        self.isScalar = isScalar
    }

    /// Takes a member of `Person` as a source has it: an array, a single object, or a scalar.
    ///
    /// - Returns: `nil` for `null` and `[]`: there is no data.
    public init?(member value: RawJSON) {
        if value.isArray {
            let elements = value.elements.filter { !$0.isNull }
            guard !elements.isEmpty else { return nil }
            self.init(elements)
        } else if value.isNull {
            return nil
        } else {
            self.init([value], isScalar: !value.isObject)
        }
    }

    /// Without the items that hold no data: `{}`, and an array of nothing else.
    ///
    /// - Returns: `nil` when none is left.
    public var withoutEmptyItems: FragmentContent? {
        guard !isScalar, items.mayHoldEmptyItem else { return self }
        let elements = items.elements
        let kept = elements.filter { !$0.isEmptyItem }
        if kept.count == elements.count { return self }
        return kept.isEmpty ? nil : FragmentContent(kept)
    }

    /// Writes the items into one array, in the order given.
    public init(_ elements: [RawJSON], isScalar: Bool = false) {
        var writer = JSONWriter(reservingCapacity: elements.reduce(2) { $0 + $1.bytes.count + 1 })
        writer.array { writer in
            for element in elements { writer.value(element) }
        }
        self.init(items: writer.raw, count: elements.count, isScalar: isScalar)
    }
}

extension RawJSON {
    fileprivate var isEmptyItem: Bool {
        if isObject { return members.isEmpty }
        let elements = self.elements
        return !elements.isEmpty && elements.allSatisfy(\.isEmptyItem)
    }

    /// A search of the bytes, which are minified, instead of a walk through the items.
    fileprivate var mayHoldEmptyItem: Bool {
        bytes.withUnsafeBufferPointer { bytes in
            zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: "{") && $1 == UInt8(ascii: "}") }
        }
    }
}
