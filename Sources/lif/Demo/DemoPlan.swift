import Foundation

/// Where everything of the demo is.
struct DemoPlan {
    static let hrKey = "demo-hr-key"

    let portBase: Int
    let data: URL
    let folder: URL

    var plannerPort: Int { portBase + 2 }
    var orchestratorPort: Int { portBase + 5 }
    var hrPort: Int { portBase + 14 }
    var plannerURL: String { "http://127.0.0.1:\(plannerPort)" }
    var orchestratorURL: String { "http://127.0.0.1:\(orchestratorPort)" }
    var configurationFile: URL { folder.appending(path: "lif.yaml") }

    static let organisations = ["org1", "org2", "org3"]

    func partnerPort(_ organisation: String) -> Int {
        portBase + 11 + (Self.organisations.firstIndex(of: organisation) ?? 0)
    }

    /// The home organisation's configuration: its own records, its HR system, and two partners.
    var configuration: String {
        """
        # Written by `lif demo`. The home organisation org1 with its own sources and two partners.
        state_dir: \(folder.appending(path: "state").path)
        planner:
          port: \(plannerPort)
        orchestrator:
          port: \(orchestratorPort)
        information_sources:
        \(lifSource("org1", "Org1", Self.homePaths))
        \(hrSource)
        \(lifSource("org2", "Org2", Self.homePaths + ["EmploymentLearningExperience", "PositionPreferences", "EmploymentPreferences"]))
        \(lifSource("org3", "Org3", Self.homePaths))
        """
    }

    private static let homePaths = [
        "Identifier", "Name", "Contact", "CredentialAward", "CourseLearningExperience", "Proficiency",
    ]

    private func lifSource(_ id: String, _ organisation: String, _ paths: [String]) -> String {
        """
          - information_source_id: "\(id)"
            information_source_organization: "\(organisation)"
            adapter_id: "lif-to-lif"
            ttl_hours: 24
            connection: {scheme: http, host: "127.0.0.1:\(partnerPort(id))"}
            lif_fragment_paths: [\(paths.map { "Person.\($0)" }.joined(separator: ", "))]
        """
    }

    /// A REST source is one block: how to ask, where in the answer the data lies, and how its members are called here.
    private var hrSource: String {
        """
          - information_source_id: "org1-hr"
            information_source_organization: "Org1"
            adapter_id: "rest"
            ttl_hours: 24
            lif_fragment_paths: [Person.EmploymentPreferences]
            identifier_types: [SCHOOL_ASSIGNED_NUMBER]
            rest:
              url: "http://127.0.0.1:\(hrPort)/r1-demo/users/{identifier}"
              headers: {x-key: "\(Self.hrKey)"}
              data: person.employment.preferences
              mapping:
                Person.EmploymentPreferences:
                  fields:
                    identifier: $.person.id
                    organizationTypes: preferred_org_types
                    organizationNames: preferred_org_names
                    informationSourceId: {value: Org1-HR}
        """
    }
}
