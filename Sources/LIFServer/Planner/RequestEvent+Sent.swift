import LIFJSON
import LIFModel
import LIFQueryPlanner

extension RequestEvents.Event {
    var sent: ServerSentEvent {
        var writer = JSONWriter()
        switch self {
        case .part(let part):
            writer.object { writer in
                writer.members(of: part.landed.part)
                writer.name("fragments")
                writer.array { writer in
                    guard let content = part.landed.content else { return }
                    writer.object { writer in
                        writer.member("fragment_path", part.landed.part.path.description)
                        writer.member("fragment", content.items)
                        if content.isScalar { writer.member("scalar", true) }
                    }
                }
            }
            return ServerSentEvent(id: String(part.position), event: "part", data: writer.raw)
        case .end(let request):
            writer.object { writer in
                writer.member("query_id", request.id.text)
                switch request.state {
                case .pending: writer.member("status", "PENDING")
                case .completed: writer.member("status", "COMPLETED")
                case .expired: writer.member("status", "EXPIRED")
                case .failed(let code, let message):
                    writer.member("status", "FAILED")
                    writer.member("code", code)
                    writer.member("error_message", message)
                }
            }
            return ServerSentEvent(id: nil, event: "end", data: writer.raw)
        }
    }
}
