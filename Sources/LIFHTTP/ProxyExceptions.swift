import LIFModel

/// The hosts that are called directly although there is a proxy, as `NO_PROXY` lists them.
///
/// Entries are separated by commas or spaces: a host, which stands for the hosts below it too (`example.edu`, and with the same
/// meaning `.example.edu` and `*.example.edu`), an IP address, a network (`10.0.0.0/8`), each but the last with a port if only
/// that one is meant (`host:8080`); or `*` for all hosts. An entry that is none of these matches nothing. This machine is always
/// called directly.
public struct ProxyExceptions: Sendable, Hashable {
    private enum Entry: Sendable, Hashable {
        case all
        case domain(String, port: Int?)
        case address(IPAddress, port: Int?)
        case network(IPAddress, bits: Int)
    }

    private let entries: [Entry]

    /// Reads the value of `NO_PROXY`, in any case. Entries that are not understood are ignored.
    public init(_ text: String = "") {
        entries = text.lowercased().split { $0 == "," || $0.isWhitespace }.compactMap(Self.entry)
    }

    /// Whether no entry was understood. This machine is called directly all the same.
    public var isEmpty: Bool { entries.isEmpty }

    /// - Parameter host: In lower case; an IPv6 address in brackets.
    func contain(_ host: String, port: Int) -> Bool {
        let name = Self.withoutDot(host)
        let address = IPAddress(name)
        // No name service but the own machine's knows the names under "localhost" (RFC 6761, section 6.3): a proxy's does not.
        if Loopback.contains(host: name) || name.hasSuffix(".localhost") { return true }
        return entries.contains { entry in
            switch entry {
            case .all: true
            case .domain(let domain, let wanted):
                (wanted ?? port) == port && address == nil && (name == domain || name.hasSuffix("." + domain))
            case .address(let listed, let wanted): (wanted ?? port) == port && address == listed
            case .network(let network, let bits): address?.shares(bits, with: network) ?? false
            }
        }
    }

    private static func entry(_ text: Substring) -> Entry? {
        if text == "*" { return .all }
        if let slash = text.firstIndex(of: "/") {
            guard let network = IPAddress(text[..<slash]), let bits = Int(text[text.index(after: slash)...]),
                (0...network.bytes.count * 8).contains(bits)
            else { return nil }
            return .network(network, bits: bits)
        }
        if let address = IPAddress(text) { return .address(address, port: nil) }
        var host = text
        var port: Int?
        if let colon = text.lastIndex(of: ":") {
            guard let number = Int(text[text.index(after: colon)...]) else { return nil }
            (host, port) = (text[..<colon], number)
        }
        if let address = IPAddress(host) { return .address(address, port: port) }
        if host.hasPrefix("*.") { host = host.dropFirst() }
        let domain = withoutDot(host.hasPrefix(".") ? host.dropFirst() : host)
        return domain.isEmpty ? nil : .domain(domain, port: port)
    }

    /// A name may end with the dot of the root.
    private static func withoutDot(_ name: some StringProtocol) -> String {
        String(name.hasSuffix(".") ? name.dropLast() : name[...])
    }
}
