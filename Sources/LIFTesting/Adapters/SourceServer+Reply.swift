import HTTPTypes
import Hummingbird
public import LIFJSON
import NIOCore

extension SourceServer {
    /// What a request gets.
    public struct Reply: Sendable {
        enum Ending: Sendable {
            case whole
            /// The connection is closed where the body should go on.
            case brokenOff
            case silence
        }

        /// The HTTP status.
        public var status: Int
        /// The body, or what is repeated of it.
        public var body: [UInt8]
        /// By name.
        public var headers: [String: String]
        /// How often the body is sent.
        public var times: Int
        var ending = Ending.whole

        /// A reply that is sent as a whole.
        ///
        /// - Parameter times: How often the body is sent.
        public init(status: Int, body: [UInt8], headers: [String: String] = [:], times: Int = 1) {
            self.status = status
            self.body = body
            self.headers = headers
            self.times = times
        }

        /// A JSON text.
        public static func json(_ text: String, status: Int = 200) -> Reply {
            Reply(status: status, body: Array(text.utf8), headers: ["Content-Type": "application/json"])
        }

        /// A JSON value, with status 200.
        public static func json(_ value: RawJSON) -> Reply { Reply(status: 200, body: Array(value.bytes)) }

        /// A status with an empty object.
        public static func status(_ status: Int) -> Reply { json("{}", status: status) }

        /// Nothing, until the client closes its connection.
        public static let silence: Reply = {
            var reply = Reply.status(200)
            reply.ending = .silence
            return reply
        }()

        /// The beginning of a JSON text; then the connection is closed.
        public static func brokenOff(_ text: String) -> Reply {
            var reply = Reply.json(text)
            reply.ending = .brokenOff
            return reply
        }

        var response: Response {
            var fields = HTTPFields()
            for (name, value) in headers {
                if let name = HTTPField.Name(name) { fields[name] = value }
            }
            let chunk = ByteBuffer(bytes: body)
            let body = ResponseBody { [times, ending] writer in
                for _ in 0..<times { try await writer.write(chunk) }
                if case .brokenOff = ending { throw BrokenOff() }
                try await writer.finish(nil)
            }
            return Response(status: .init(code: status), headers: fields, body: body)
        }

        private struct BrokenOff: Error {}
    }
}
