import Foundation
import LIFHTTP
import LIFJSON
import LIFModel

/// What an answer to `GetSecretValue` means (AWS Secrets Manager API reference, "GetSecretValue" and "Common errors").
struct AWSSecretAnswer: Sendable {
    /// Nil when there is no such secret.
    let text: Secret?

    /// - Throws: `ConfigurationNotValid` for every other error of the service. AWS's own sentences are not repeated: they
    ///   name accounts and keys.
    init(_ answer: OutgoingResponse, id: String, service: SecretsService) throws(LIFError) {
        let body = try? JSONParser.parse(answer.body)
        guard answer.status == 200 else {
            let code = Self.code(answer, body)
            if code == "ResourceNotFoundException" {
                text = nil
                return
            }
            throw Self.error(code, status: answer.status, id: id, service: service)
        }
        if let secret = body?["SecretString"]?.string {
            text = Secret(secret)
        } else if let binary = body?["SecretBinary"]?.string {
            guard let data = Data(base64Encoded: binary), let secret = String(bytes: data, encoding: .utf8) else {
                throw service.fault("The secret \"\(id)\" is binary and no text. Store it as a SecretString")
            }
            text = Secret(secret)
        } else {
            throw service.fault(service.notItsAnswer)
        }
    }

    /// The error's name, without its name space and without what may stand after a colon.
    private static func code(_ answer: OutgoingResponse, _ body: JSONValue?) -> String {
        let type = body?["__type"]?.string ?? answer.header("x-amzn-ErrorType") ?? ""
        return String((type.split(separator: "#").last ?? "").prefix { $0 != ":" })
    }

    private static func error(_ code: String, status: Int, id: String, service: SecretsService) -> LIFError {
        switch code {
        case "AccessDeniedException", "AccessDenied":
            service.fault(
                "The access key may not read \"\(id)\". Allow it secretsmanager:GetSecretValue on that secret, and "
                    + "kms:Decrypt if it has a key of your own")
        case "UnrecognizedClientException", "InvalidSignatureException", "SignatureDoesNotMatch",
            "InvalidClientTokenId", "IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken",
            "MissingAuthenticationTokenException", "InvalidAccessKeyId", "AuthFailure":
            service.fault(
                "The credentials were refused (\(code)). Check access key id, secret access key and region, and this "
                    + "machine's clock")
        case "ExpiredToken", "ExpiredTokenException", "RequestExpired":
            service.fault(
                "The credentials have expired (\(code)). Give new ones, and check this machine's clock")
        case "DecryptionFailure", "DecryptionFailureException":
            service.fault("The secret \"\(id)\" could not be decrypted. Check its KMS key, and allow kms:Decrypt on it")
        case "InvalidRequestException":
            service.fault(
                "The secret \"\(id)\" cannot be read as it is: it may be marked for deletion. Restore it, or take it out "
                    + "of the configuration")
        case "InvalidParameterException", "ValidationException":
            service.fault("\"\(id)\" is not accepted as the name of a secret. Correct it")
        case "ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded",
            "InternalServiceError", "InternalServiceErrorException", "InternalFailure", "ServiceUnavailable",
            "ServiceUnavailableException":
            service.fault("It is overloaded or has a fault (\(code)). Try again later", isRetryable: true)
        default:
            if status == 401 || status == 403 {
                service.fault(
                    "It refused to give \"\(id)\" (HTTP \(status)). Check access key id, secret access key and region, and "
                        + "that the key is allowed secretsmanager:GetSecretValue on it")
            } else {
                service.unexpected(status: status)
            }
        }
    }
}
