import LIFHTTP
import LIFModel

/// The address of a service that credentials are sent to.
struct ServiceAddress: Sendable, Hashable {
    /// Without a slash at its end.
    let url: String
    /// The value of the `Host` header that the client sends.
    let host: String
    /// What stands after the host; empty when nothing does.
    let path: String

    /// - Parameter source: How an error names what the address is of.
    /// - Throws: `ConfigurationNotValid` for anything but an `https` URL without user information, query and fragment, or
    ///   an `http` one that stays on this machine.
    init(_ text: String, of source: String) throws(LIFError) {
        let parsed: OutgoingURL
        do throws(OutgoingHTTPError) {
            parsed = try OutgoingURL(parsing: text)
        } catch {
            throw .secretSource(source, "Its address is not valid. Write one such as https://host:8200", cause: error)
        }
        guard !text.contains("?"), !text.contains("#") else {
            throw .secretSource(source, "Its address must have no query (\"?\") and no fragment (\"#\")")
        }
        guard parsed.scheme == "https" || Loopback.contains(host: parsed.host) else {
            throw .secretSource(
                source,
                "Its address begins with http://, so that credentials would travel in the clear. Use https://; http:// "
                    + "is for loopback only")
        }
        let path = parsed.target.last == "/" ? String(parsed.target.dropLast()) : parsed.target
        self.path = path
        host = parsed.hostHeader
        url = "\(parsed.scheme)://\(parsed.hostHeader)\(path)"
    }
}
