"""Records and locks in a table of DynamoDB, for the function."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ..failures import code_of, failing_as
from .record import Record, record_from_text, record_to_text
from .store import Hold

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEPT_FOR = timedelta(days=400)
_AS_IT_WAS = "run_id = :run_id AND holder = :holder AND lease = :lease"


class TableStore:
    """Items `run#ID / run` and `vpc#ACCOUNT#REGION#VPC / lock`; `expires` lets DynamoDB drop them.

    DynamoDB deletes what has expired within days, so whether a lock holds is never left to it.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
    """

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def load(self, run_id: str) -> Record | None:
        """The record of a run; None when there is none."""
        item = self._get(f"run#{run_id}", "run")
        return record_from_text(item["record"]["S"], f"item run#{run_id}") if item else None

    def save(self, record: Record) -> None:
        """Write a record, in place of the one before."""
        begun = datetime.fromisoformat(record.begun_at)
        item = _key(f"run#{record.run_id}", "run") | {
            "record": {"S": record_to_text(record)},
            "status": {"S": record.status.value},
            "expires": _expiry(begun + _KEPT_FOR),
        }
        with failing_as(f"run {record.run_id} could not be recorded"):
            self._dynamodb.put_item(TableName=self._table, Item=item)

    def hold_of(self, lock: str) -> Hold | None:
        """Who holds a lock; None when nobody does."""
        item = self._get(lock, "lock")
        return item and Hold(
            run_id=item["run_id"]["S"],
            owner=item["holder"]["S"],
            until=datetime.fromisoformat(item["lease"]["S"]),
        )

    def swap(self, lock: str, before: Hold | None, after: Hold | None) -> bool:
        """Change a lock from one state to another; False when it was in neither."""
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if before:
            values = {f":{name}": value for name, value in _members(before).items()}
            condition = {
                "ConditionExpression": _AS_IT_WAS,
                "ExpressionAttributeValues": values,
            }
        key = _key(lock, "lock")
        with failing_as(f"the lock {lock} could not be changed"):
            try:
                if after:
                    item = key | _members(after) | {"expires": _expiry(after.until + _KEPT_FOR)}
                    self._dynamodb.put_item(TableName=self._table, Item=item, **condition)
                else:
                    self._dynamodb.delete_item(TableName=self._table, Key=key, **condition)
            except ClientError as error:
                if code_of(error) == "ConditionalCheckFailedException":
                    return False
                raise
        return True

    def _get(self, pk: str, sk: str) -> Any:  # noqa: ANN401 - an item, or None
        with failing_as(f"{pk} could not be read from {self._table}"):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key=_key(pk, sk), ConsistentRead=True
            )
        return answer.get("Item")


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _members(hold: Hold) -> dict[str, Any]:
    return {
        "run_id": {"S": hold.run_id},
        "holder": {"S": hold.owner},
        "lease": {"S": hold.until.isoformat()},
    }


def _expiry(moment: datetime) -> dict[str, str]:
    return {"N": str(int(moment.timestamp()))}
