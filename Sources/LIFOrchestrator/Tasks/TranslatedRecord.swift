import LIFJSON
import LIFModel
import LIFWorkflow

extension TaskOutput {
    /// What is sent to a translator: the source's own document, or a record made of the fragments of an adapter that has none.
    var documentToTranslate: RawJSON? {
        switch content {
        case .document(let document): document
        case .fragments(let fragments): Self.record(of: fragments)
        case .failed: nil
        }
    }

    private static func record(of fragments: [Fragment]) -> RawJSON {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("Person")
            writer.array { writer in
                writer.object { writer in
                    for fragment in fragments {
                        let content = fragment.content
                        let value = content.isScalar ? content.items.elements.first ?? .null : content.items
                        writer.member(fragment.path.entity, value)
                    }
                }
            }
        }
        return writer.raw
    }
}

extension RawJSON {
    /// The fragments of a LIF record at the paths asked for, and its identifiers; those that are absent are empty.
    ///
    /// - Throws: `LIFError` `OperatorException` with reason `invalid-answer` for what is no record: that says nothing about
    ///   what the source has.
    func fragments(at paths: [FragmentPath]) throws(LIFError) -> [Fragment] {
        guard let person = personOfRecord else {
            if member(named: "Person")?.isArray == true { return [] }
            throw LIFError.source(.invalidAnswer, "The translator's answer is no LIF record with a \"Person\".")
        }
        let fragments = paths.compactMap { path in
            person.member(named: path.entity).flatMap(FragmentContent.init(member:))
                .map { Fragment(path: path, content: $0) }
        }
        return fragments + person.identifiers(besides: paths)
    }
}
