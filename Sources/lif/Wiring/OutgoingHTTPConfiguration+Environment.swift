import Foundation
import LIFConfiguration
import LIFHTTP

extension OutgoingHTTPConfiguration {
    /// For commands: with the proxies that the environment of this process names.
    static var ofEnvironment: OutgoingHTTPConfiguration {
        OutgoingHTTPConfiguration(proxies: ProxyVariables.read(ProcessInfo.processInfo.environment).proxies)
    }
}
