/// The variables by which other programs find the proxy that their calls go through. Calls of ours are direct.
enum ProxyVariables {
    private static let names = ["http_proxy", "https_proxy", "all_proxy"]

    /// One sentence that names those that are set; `nil` when there are none. The values may hold credentials.
    static func notice(_ environment: [String: String]) -> String? {
        let set = environment.keys.filter {
            names.contains($0.lowercased()) && DeployedEnvironment.value($0, in: environment) != nil
        }
        guard !set.isEmpty else { return nil }
        return
            "Set and not used: \(set.sorted().joined(separator: ", ")). Sources and other systems are called directly, "
            + "not through a proxy; a host that only the proxy reaches is unreachable."
    }
}
