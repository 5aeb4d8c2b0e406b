"""The documents of Systems Manager in CloudFormation, apart from any CloudFormation."""

import json

from lab.config.places import Place
from lab.config.stack_resources import Created, Properties, StackResource
from lab.ssm.errors import SsmError
from lab.ssm.service import SsmService


class Document:
    """AWS::SSM::Document, whose content may change only where UpdateMethod is NewVersion."""

    def __init__(self, ssm: SsmService) -> None:
        self._ssm = ssm

    def create(self, place: Place, name: str, properties: Properties) -> Created:
        """Create the document, or give it a new version."""
        content = properties["Content"]
        request = {
            "Name": properties.get("Name", name),
            "Content": content if isinstance(content, str) else json.dumps(content),
            "DocumentType": properties.get("DocumentType", "Command"),
        }
        try:
            self._ssm.call(place, "CreateDocument", request)
        except SsmError as error:
            if error.code != "DocumentAlreadyExists":
                raise
            self._update(place, request)
        return request["Name"], {}

    def delete(self, place: Place, physical_id: str) -> None:
        """Delete the document, or do nothing when it is gone already."""
        try:
            self._ssm.call(place, "DeleteDocument", {"Name": physical_id})
        except SsmError as error:
            if error.code != "InvalidDocument":
                raise

    def _update(self, place: Place, request: Properties) -> None:
        try:
            self._ssm.call(place, "UpdateDocument", request)
        except SsmError as error:
            if error.code != "DuplicateDocumentContent":
                raise


def stack_resources(ssm: SsmService) -> dict[str, StackResource]:
    """The types of this module by their CloudFormation names."""
    return {"AWS::SSM::Document": Document(ssm)}
