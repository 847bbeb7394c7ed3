import LIFJSON
import LIFModel

/// The learners of a simulation by their numbers.
enum Learners {
    static func identifier(of number: Int) -> LearnerIdentifier {
        LearnerIdentifier(identifier: "learner-\(number)", identifierType: "School-assigned number")
    }

    static func number(of learner: LearnerIdentifier) -> Int? {
        learner.identifier.split(separator: "-").last.flatMap { Int($0) }
    }
}

extension Item {
    /// The data itself: what it says of itself cannot be mistaken for another's.
    var json: RawJSON {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("learner", key.learner)
            writer.member("source", key.source)
            writer.member("path", key.path)
            writer.member("version", version)
            writer.member("origin", origin)
        }
        return writer.raw
    }

    init?(_ json: RawJSON) {
        let value = json.value()
        guard let learner = value["learner"]?.number.flatMap({ Int($0.text) }), let source = value["source"]?.string,
            let path = value["path"]?.string, let version = value["version"]?.number.flatMap({ Int($0.text) }),
            let origin = value["origin"]?.number.flatMap({ Int($0.text) })
        else { return nil }
        self.init(key: Key(learner: learner, source: source, path: path), version: version, origin: origin)
    }
}
