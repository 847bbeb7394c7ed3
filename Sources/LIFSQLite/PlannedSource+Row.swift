import GRDB
import LIFJSON
import LIFModel

extension [String: PlannedSource] {
    /// `{"org1":{"origin":…,"rewrites":…}}`, by id.
    var json: RawJSON {
        var writer = JSONWriter()
        writer.object { writer in
            for (id, source) in sorted(by: { $0.key < $1.key }) {
                writer.name(id)
                writer.object { writer in
                    writer.member("origin", source.origin)
                    writer.member("rewrites", source.rewritesIdentifiers)
                }
            }
        }
        return writer.raw
    }

    /// Reads that form.
    ///
    /// - Throws: `JSONError`.
    init(_ row: Row, _ index: Int) throws {
        self.init()
        for member in try row.json(index).object?.members ?? [] {
            guard let source = member.value.object, let origin = source["origin"]?.string else { continue }
            self[member.name] = PlannedSource(origin: origin, rewritesIdentifiers: source["rewrites"] == .bool(true))
        }
    }
}
