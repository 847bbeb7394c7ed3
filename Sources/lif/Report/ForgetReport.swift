import LIFModel
import LIFStores

extension Forgotten {
    /// What is said of it. No sentence names a learner.
    var sentences: [String] {
        guard hasList else {
            return [
                "There is no list \"forgotten\" in the state folder. If learners were forgotten after the backup was made, forget "
                    + "them again."
            ]
        }
        var sentences = [
            returned == 0
                ? "Nobody in the backup was forgotten after it was made."
                : "Forgotten again, as they were after the backup was made: "
                    + "\(Counted(returned, "identifier", "identifiers")) of learners."
        ]
        if hasUnknown {
            sentences.append(
                "The list \"forgotten\" also has learners of another store, who cannot be recognised here: forget them again."
            )
        }
        if hasPending {
            sentences.append(
                "Work for some of them still runs; servers remove its data when it has ended.")
        }
        for schedule in schedules {
            sentences.append(
                "Schedule \(schedule.text) names one of them and fetches their data again. Remove it with "
                    + "`lif schedules remove \(schedule.text)`.")
        }
        return sentences
    }
}
