import LIFJSON

extension PersonModel {
    /// What holds without a configured data model and without an MDR: the entities of `Person` in the LIF data model, and its
    /// enumerations. An organisation may have others beside them, and below an entity anything may stand.
    public static let standard = PersonModel(
        person: Node(
            [
                ("Identifier", .open), ("Name", .open), ("Contact", contact), ("CourseLearningExperience", .open),
                ("CredentialAward", .open), ("EmploymentLearningExperience", .open), ("EmploymentPreferences", .open),
                ("PositionPreferences", .open), ("Proficiency", .open), ("Narrative", .open), ("Interactions", .open),
                ("informationSourceId", .open),
            ], isOpen: true))

    private static let contact = Node(
        [("Address", Node([("addressState", Node([], values: states.map(JSONValue.string)))], isOpen: true))],
        isOpen: true)

    private static let states = [
        "AmericanSamoa", "WestVirginia", "Wyoming", "Michigan", "Arkansas", "Arizona", "California", "Colorado",
        "Connecticut", "Delaware", "Florida", "Georgia", "Guam", "Hawaii", "Iowa", "Idaho", "Illinois", "Indiana",
        "Alaska", "Alabama", "DistrictOfColumbia", "ArmedForcesAmerica", "Maine", "Minnesota", "Missouri",
        "NorthernMarianas", "ArmedForcesPacific", "Kansas", "Kentucky", "Louisiana", "MarshallIslands",
        "Massachusetts", "Maryland", "Mississippi", "Montana", "Nebraska", "Nevada", "Ohio", "Oklahoma", "Oregon",
        "Pennsylvania", "Palau", "Tennessee", "Texas", "Utah", "Virginia", "Vermont", "Washington", "Wisconsin",
        "NewHampshire", "SouthDakota", "NorthDakota", "NewJersey", "RhodeIsland", "VirginIslands", "NewYork",
        "SouthCarolina", "NorthCarolina", "PuertoRico", "NewMexico", "FederatedStatesOfMicronesia",
        "ArmedForcesAfricaCanadaEuropeAndMideast",
    ]
}
