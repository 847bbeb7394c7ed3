package import LIFJSON
import LIFModel

extension [Fragment] {
    /// `[{"path":…,"count":…,"scalar":…,"items":[…]}]`: the items are spliced as they are.
    package var json: RawJSON {
        var writer = JSONWriter(reservingCapacity: reduce(2) { $0 + $1.content.items.bytes.count + 96 })
        writer.array { writer in
            for fragment in self {
                writer.object { writer in
                    writer.member("path", fragment.path.entity)
                    writer.member("count", fragment.content.count)
                    writer.member("scalar", fragment.content.isScalar)
                    writer.member("items", fragment.content.items)
                }
            }
        }
        return writer.raw
    }

    /// Reads that form. The items become slices of the bytes.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    package init(json bytes: [UInt8], of what: String) throws {
        self = try RawJSON(kept: bytes, of: what).elements.map { element in
            guard let path = element["path"]?.string, let count = element["count"].flatMap({ Int($0.text) }),
                let scalar = element["scalar"], let items = element["items"], items.isArray,
                (0...items.bytes.count).contains(count)
            else { throw LIFError.damaged(what) }
            let content = FragmentContent(items: items, count: count, isScalar: scalar.text == "true")
            return Fragment(path: FragmentPath(entity: path), content: content)
        }
    }
}

extension RawJSON {
    /// Reads JSON that a journal has kept. It is checked: a walk over damaged bytes would end the process.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    package init(kept bytes: [UInt8], of what: String) throws {
        do {
            // Without a limit of depth: a row has two levels more than what was accepted.
            try self.init(validating: bytes, limits: .none)
        } catch {
            throw LIFError.damaged(what, cause: error)
        }
    }
}
