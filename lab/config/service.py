"""AWS Config as a state machine, without a clock, network or thread of its own.

Requests, inventories and the passing of time go in; answers, invocations and bus events come out.
"""

from collections.abc import Callable
from threading import RLock

from lab.config.compliance import Compliance
from lab.config.errors import ConfigError, Constraints, no_recorder
from lab.config.evaluations import BusEvent, Evaluations, Results
from lab.config.faults import Faults
from lab.config.history import History
from lab.config.invocations import (
    LARGEST_NOTIFICATION,
    Invocations,
    Invoker,
    Message,
    Run,
    change_message,
    scheduled_message,
)
from lab.config.organizations import Accounts, OrganizationRules
from lab.config.packs import Packs
from lab.config.places import Place
from lab.config.recorder import Change, Inventory, Recorder
from lab.config.remediation import Automations, Remediations
from lab.config.rules import Reaction, Rule, RuleBook
from lab.config.schedule import Schedule
from lab.config.shapes import Request, Response
from lab.config.timestamps import Clock

Publisher = Callable[[BusEvent], None]
InventoryReader = Callable[[Place], Inventory]
_Operation = Callable[[Request], Response]

_NEED_A_RECORDER = frozenset(
    {
        "PutConfigRule",
        "PutConformancePack",
        "GetResourceConfigHistory",
        "BatchGetResourceConfig",
    }
)


class ConfigService:
    """AWS Config in every account and Region of the lab."""

    def __init__(
        self,
        clock: Clock,
        invoker: Invoker,
        publisher: Publisher,
        inventory: InventoryReader,
        automations: Automations,
        accounts: Accounts = lambda _place: (),
    ) -> None:
        self.faults = Faults()
        self.largest_notification = LARGEST_NOTIFICATION
        self.clock = clock
        self.invoker = invoker
        self.publisher = publisher
        self.inventory = inventory
        self.automations = automations
        self.accounts = accounts
        self._places: dict[Place, _PlaceConfig] = {}
        self._lock = RLock()

    def call(self, place: Place, action: str, request: Request) -> Response:
        """Answer an API request made in a place, or raise the ConfigError to answer with."""
        if fault := self.faults.take(action):
            raise ConfigError(fault.code, fault.message, fault.status)
        with self._lock:
            return self._at(place).call(action, request)

    def record(self, place: Place) -> None:
        """Record what has changed in a place, and wake the rules that want to know."""
        with self._lock:
            self._at(place).record()

    def tick(self) -> None:
        """Invoke the periodic rules whose time has come."""
        with self._lock:
            for place_config in list(self._places.values()):
                place_config.tick()

    def _at(self, place: Place) -> "_PlaceConfig":
        if place not in self._places:
            self._places[place] = _PlaceConfig(place, self)
        return self._places[place]


class _PlaceConfig:
    """AWS Config in one place: its parts, and what each operation makes them do together."""

    def __init__(self, place: Place, service: ConfigService) -> None:
        clock, invoker = service.clock, service.invoker
        self._place = place
        self._service = service
        self._clock = clock
        self._history = History()
        self._recorder = Recorder(place, clock, self._history)
        self._rules = RuleBook(place, clock, invoker)
        self._schedule = Schedule()
        self._invocations = Invocations(place, clock, invoker)
        self._results = Results()
        self._evaluations = Evaluations(
            clock, self._rules, self._invocations, self._results, service.faults
        )
        self._compliance = Compliance(self._rules, self._results)
        self._remediations = Remediations(place, clock, self._rules, service.automations)
        self._organization = OrganizationRules(place, service.accounts, service.call)
        self._packs = Packs(place, service.call)
        self._operations = self._list_operations()

    def _list_operations(self) -> dict[str, _Operation]:
        recorder, history, rules = self._recorder, self._history, self._rules
        compliance, remediations = self._compliance, self._remediations
        organization, packs = self._organization, self._packs
        return {
            "PutConfigurationRecorder": recorder.put_configuration_recorder,
            "DescribeConfigurationRecorders": recorder.describe_configuration_recorders,
            "DescribeConfigurationRecorderStatus": recorder.describe_configuration_recorder_status,
            "StartConfigurationRecorder": self._start_configuration_recorder,
            "StopConfigurationRecorder": recorder.stop_configuration_recorder,
            "DeleteConfigurationRecorder": recorder.delete_configuration_recorder,
            "PutDeliveryChannel": recorder.put_delivery_channel,
            "DescribeDeliveryChannels": recorder.describe_delivery_channels,
            "DeleteDeliveryChannel": recorder.delete_delivery_channel,
            "GetResourceConfigHistory": history.get_resource_config_history,
            "BatchGetResourceConfig": history.batch_get_resource_config,
            "ListDiscoveredResources": history.list_discovered_resources,
            "PutConfigRule": self._put_config_rule,
            "DescribeConfigRules": rules.describe_config_rules,
            "DeleteConfigRule": self._delete_config_rule,
            "DescribeConfigRuleEvaluationStatus": rules.describe_config_rule_evaluation_status,
            "StartConfigRulesEvaluation": self._start_config_rules_evaluation,
            "PutEvaluations": self._put_evaluations,
            "DeleteEvaluationResults": self._evaluations.delete_evaluation_results,
            "GetComplianceDetailsByConfigRule": compliance.get_compliance_details_by_config_rule,
            "GetComplianceDetailsByResource": compliance.get_compliance_details_by_resource,
            "DescribeComplianceByConfigRule": compliance.describe_compliance_by_config_rule,
            "DescribeComplianceByResource": compliance.describe_compliance_by_resource,
            "PutRemediationConfigurations": remediations.put,
            "DescribeRemediationConfigurations": remediations.describe,
            "DeleteRemediationConfiguration": remediations.delete,
            "StartRemediationExecution": remediations.start,
            "DescribeRemediationExecutionStatus": remediations.describe_status,
            "DescribeRemediationExceptions": remediations.describe_exceptions,
            "PutOrganizationConfigRule": organization.put,
            "DescribeOrganizationConfigRules": organization.describe,
            "DeleteOrganizationConfigRule": organization.delete,
            "PutConformancePack": packs.put,
            "DescribeConformancePacks": packs.describe,
            "DeleteConformancePack": packs.delete,
        }

    def call(self, action: str, request: Request) -> Response:
        operation = self._operations.get(action)
        if operation is None:
            raise ConfigError(
                "UnknownOperationException", f"The lab's AWS Config does not know {action}."
            )
        if action in _NEED_A_RECORDER and not self._recorder.exists:
            raise no_recorder()
        return operation(request)

    def record(self) -> None:
        if not self._recorder.recording:
            return
        for change in self._recorder.record(self._service.inventory(self._place)):
            message = self._message(change)
            self._announce(change, message)
            for rule in self._rules.all():
                if reaction := rule.reaction(change):
                    self._invoke(rule, message, left_scope=reaction is Reaction.LEFT_SCOPE)

    def tick(self) -> None:
        for rule in self._schedule.take_due(self._clock()):
            self._invoke(rule, scheduled_message(self._place, self._clock()))

    def _start_configuration_recorder(self, request: Request) -> Response:
        response = self._recorder.start_configuration_recorder(request)
        self.record()
        return response

    def _put_config_rule(self, request: Request) -> Response:
        rule = self._rules.put(request)
        self._schedule.plan(rule, self._clock())
        self._evaluate(rule)
        return {}

    def _delete_config_rule(self, request: Request) -> Response:
        self._remediations.refuse_deletion(self._rules.named(request["ConfigRuleName"]))
        rule = self._rules.remove(request["ConfigRuleName"])
        self._schedule.forget(rule)
        self._results.forget(rule)
        return {}

    def _start_config_rules_evaluation(self, request: Request) -> Response:
        names = request.get("ConfigRuleNames") or []
        Constraints().length("configRuleNames", names, 1, 25).check()
        rules = [self._rules.named(name) for name in dict.fromkeys(names)]
        runs = self._invocations.begin_runs(rules)
        for rule in rules:
            self._evaluate(rule, runs[rule.rule_id])
        return {}

    def _put_evaluations(self, request: Request) -> Response:
        response, results, events = self._evaluations.put_evaluations(request)
        for event in events:
            self._service.publisher(event)
        for result in results:
            self._remediations.learn(result)
        return response

    def _evaluate(self, rule: Rule, run: Run | None = None) -> None:
        """Invoke the rule for everything that it judges, as last recorded."""
        for item in self._history.existing():
            if rule.definition.scope.covers(item):
                message = self._message(Change(item, None), reevaluation=True)
                self._invoke(rule, message, run=run)
        self._invoke(rule, scheduled_message(self._place, self._clock()), run=run)

    def _invoke(
        self, rule: Rule, message: Message, *, left_scope: bool = False, run: Run | None = None
    ) -> None:
        self._invocations.start(
            rule, message, self._recorder.role_arn, left_scope=left_scope, run=run
        )

    def _message(self, change: Change, *, reevaluation: bool = False) -> Message:
        largest = self._service.largest_notification
        return change_message(change, self._clock(), largest, reevaluation=reevaluation)

    def _announce(self, change: Change, message: Message) -> None:
        self._service.publisher(
            BusEvent(
                place=self._place,
                detail_type="Config Configuration Item Change",
                time=change.item.captured,
                detail=message,
                resources=(change.item.arn,),
            )
        )
