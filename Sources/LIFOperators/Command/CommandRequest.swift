import LIFJSON
import LIFModel
import LIFWorkflow

/// The document that a command reads on standard input: version 1 of the contract in `docs/guides/command-operator.md`.
/// All that is said about a learner is said here, and never in arguments or environment.
enum CommandRequest {
    static let version = 1

    static func fetch(_ part: QueryPlanPart, attempt: Int) -> RawJSON {
        request("fetch") { writer in
            writer.member("information_source_id", part.informationSourceID)
            writer.member("adapter_id", part.adapterID)
            writer.name("person_id")
            writer.value(part.learner)
            writer.paths(part.fragmentPaths)
            writer.member("translation", part.translation)
            writer.member("attempt", attempt)
        }
    }

    static func process(_ fragments: [Fragment], of part: QueryPlanPart) -> RawJSON {
        request("process", size: fragments.reduce(256) { $0 + $1.content.items.bytes.count + 64 }) { writer in
            writer.member("information_source_id", part.informationSourceID)
            writer.paths(part.fragmentPaths)
            writer.name("fragments")
            writer.array { writer in
                for fragment in fragments {
                    writer.object { writer in
                        writer.member("fragment_path", fragment.path.description)
                        // A scalar stays one, so that it comes back as one.
                        let scalar = fragment.content.isScalar ? fragment.content.items.elements.first : nil
                        writer.member("fragment", scalar ?? fragment.content.items)
                    }
                }
            }
        }
    }

    static func callback(_ message: CallbackMessage) -> RawJSON {
        request("callback", size: message.body.bytes.count + 256) { writer in
            writer.member("id", message.callback.id.text)
            writer.member("kind", message.callback.kind.rawValue)
            writer.member("job_id", message.callback.job.text)
            writer.member("body", message.body)
        }
    }

    static let check = request("check") { _ in }

    private static func request(
        _ action: String, size: Int = 512, _ members: (inout JSONWriter) -> Void
    ) -> RawJSON {
        var writer = JSONWriter(reservingCapacity: size)
        writer.object { writer in
            writer.member("version", version)
            writer.member("action", action)
            members(&writer)
        }
        return writer.raw
    }
}

extension JSONWriter {
    fileprivate mutating func paths(_ paths: [FragmentPath]) {
        name("lif_fragment_paths")
        array { writer in
            for path in paths { writer.value(path.description) }
        }
    }
}
