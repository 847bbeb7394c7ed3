import LIFHTTP
import LIFWorkflow

extension OperatorTrace {
    /// Shows an answer, whatever its status.
    func answer(_ answer: OutgoingResponse, hiding secrets: [String]) {
        let lines = ["Content-Type", "Location", "Retry-After"].compactMap { name in
            answer.header(name).map { "\(name): \($0)" }
        }
        self.answer(
            "HTTP \(answer.status), \(answer.body.count) bytes", lines: lines, body: answer.body,
            hiding: secrets)
    }
}
