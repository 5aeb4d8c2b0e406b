"""The errors of the Systems Manager API."""


class SsmError(Exception):
    """An error answer of the Systems Manager API."""

    status = 400

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def no_such_document(name: str) -> SsmError:
    """The answer to a request that names a document which does not exist."""
    return SsmError("InvalidDocument", f"Document with name {name} does not exist.")


def bad_content(what: str) -> SsmError:
    """The answer to a document that Automation could not run."""
    return SsmError("InvalidDocumentContent", what)


def bad_parameters(what: str) -> SsmError:
    """The answer to parameters that the document does not take."""
    return SsmError("InvalidAutomationExecutionParametersException", what)
