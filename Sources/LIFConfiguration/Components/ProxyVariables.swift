public import LIFHTTP

/// The variables by which programs find the proxy that their calls go through: `http_proxy`, `https_proxy`, `all_proxy` for what
/// these do not say, and `no_proxy`. Each is known in upper case too; the one in lower case wins.
public enum ProxyVariables {
    /// Reads the proxies from an environment, and says what of it cannot be used.
    ///
    /// - Returns: The proxies, and a sentence for each variable that cannot be used: what it is for is then called directly.
    ///   No sentence repeats a value, which may hold a credential.
    public static func read(_ environment: [String: String]) -> (proxies: OutgoingProxies, notices: [String]) {
        var notices: [String] = []
        func proxy(_ names: [String]) -> OutgoingProxy? {
            guard let (name, value) = value(names, environment) else { return nil }
            do throws(OutgoingProxy.Problem) {
                return try OutgoingProxy(value, variable: name)
            } catch {
                let notice =
                    "The variable \(name) \(error.reason). Calls that should go through it are made directly, and a host "
                    + "that only the proxy reaches is unreachable."
                if !notices.contains(notice) { notices.append(notice) }
                return nil
            }
        }
        let proxies = OutgoingProxies(
            http: proxy(["http_proxy", "all_proxy"]), https: proxy(["https_proxy", "all_proxy"]),
            exceptions: ProxyExceptions(value(["no_proxy"], environment)?.value ?? ""))
        return (proxies, notices)
    }

    /// The first one that is set and not empty.
    private static func value(
        _ names: [String], _ environment: [String: String]
    ) -> (name: String, value: String)? {
        names.lazy.flatMap { [$0, $0.uppercased()] }.compactMap { name in
            DeployedEnvironment.value(name, in: environment).map { (name, $0) }
        }.first
    }
}
