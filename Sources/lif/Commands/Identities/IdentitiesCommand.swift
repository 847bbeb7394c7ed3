import ArgumentParser
import LIFIdentities
import LIFJSON
import LIFModel

struct IdentitiesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identities",
        abstract: "Lists, adds, removes and imports mappings of the embedded Identity Mapper.",
        discussion: "A running planner uses changes at once.",
        subcommands: [List.self, Add.self, Remove.self, IdentitiesImportCommand.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists a person's mappings.")

        @OptionGroup var options: IdentityStoreOptions
        @Flag(name: .long, help: "Print JSON, as the Identity Mapper's routes have it.") var json = false
        @Argument(help: "The person's id in the organisation.") var person: String

        func run() async throws {
            try await failing {
                try await options.withStore { store, organization in
                    let mappings = try await store.mappings(of: [person], in: organization).flatMap(\.self)
                    if json { return Terminal.say(mappings.json.text) }
                    Terminal.say(
                        mappings.isEmpty ? "The person has no mappings." : IdentitiesCommand.table(mappings))
                }
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a mapping, or replaces the one of the same system and type.")

        @OptionGroup var options: IdentityStoreOptions
        @Argument(help: "The person's id in the organisation.") var person: String
        @Option(name: .long, help: "The target system: a source's identity_system, organisation or id.")
        var system: String
        @Option(name: .long, help: "The type of the identifier, such as SCHOOL_ASSIGNED_NUMBER.") var type: String
        @Option(name: .long, help: "The identifier by which the system knows the person.") var identifier: String

        func run() async throws {
            try await failing {
                try await options.withStore { store, organization in
                    let mapping = try IdentityMapping(
                        json: [
                            "target_system_id": .string(system), "target_system_person_id_type": .string(type),
                            "target_system_person_id": .string(identifier),
                        ], organization: organization, person: person)
                    Terminal.say(IdentitiesCommand.table(try await store.save([mapping])))
                }
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Removes a mapping of a person, or all of them.")

        @OptionGroup var options: IdentityStoreOptions
        @Argument(help: "The person's id in the organisation.") var person: String
        @Argument(help: "The mapping's id.") var mapping: String?
        @Flag(name: .long, help: "Remove all mappings of the person.") var all = false

        func validate() throws {
            if all == (mapping != nil) { throw ValidationError("Give either a mapping's id or --all.") }
        }

        func run() async throws {
            try await failing {
                try await options.withStore { store, organization in
                    guard let mapping else {
                        let count = try await store.removeAll(of: person, in: organization)
                        return Terminal.say("Removed \(Counted(count, "mapping")).")
                    }
                    guard try await store.remove(mapping, of: person, in: organization) else {
                        throw LIFError(
                            .identityMappingNotFound,
                            "The person has no mapping of this id. \"lif identities list\" shows them.")
                    }
                    Terminal.say("Removed.")
                }
            }
        }
    }

    private static func table(_ mappings: [IdentityMapping]) -> String {
        var table = TextTable(["mapping", "system", "type", "identifier"])
        for mapping in mappings {
            table.add([mapping.id ?? "", mapping.systemID, mapping.target.identifierType, mapping.target.identifier])
        }
        return table.text
    }
}
