import Foundation
import LIFConfiguration
import LIFModel
import LIFServer

extension SystemConfiguration {
    /// The orchestrator that the configuration names, unless it is the one that this process serves: deployed environments
    /// give the planner an address also where both run on one machine.
    var orchestratorElsewhere: RemoteOrchestrator? {
        guard let remote = remoteOrchestrator, let url = URL(string: remote.url) else { return remoteOrchestrator }
        return Loopback.contains(host: url.host() ?? "") && url.port == orchestratorListener.port ? nil : remote
    }
}
