/// The members of `Person` that the LIF data model defines. Others are passed through; these give the canonical
/// spelling, and may be asked for also where no source supplies them.
public struct PersonModel: Sendable, Hashable {
    public let members: [String]

    public init(members: [String]) { self.members = members }

    /// The entities of `Person` in the LIF data model.
    public static let standard = PersonModel(members: [
        "Identifier", "Name", "Contact", "CourseLearningExperience", "CredentialAward",
        "EmploymentLearningExperience", "EmploymentPreferences", "PositionPreferences", "Proficiency", "Narrative",
        "Interactions", "informationSourceId",
    ])
}
