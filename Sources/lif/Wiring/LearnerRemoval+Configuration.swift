import LIFConfiguration
import LIFNeighbours
import LIFSQLite

extension LearnerRemoval {
    /// As the configuration says whose persons the learners are.
    init(_ database: LIFDatabase, _ configuration: SystemConfiguration) {
        switch configuration.identityMapper {
        case nil: self.init(database, organization: configuration.organization)
        case .embedded(let organization): self.init(database, organization: organization)
        case .remote(let mapper): self.init(database, organization: mapper.organization, mapper: mapper.baseURL)
        }
    }
}
