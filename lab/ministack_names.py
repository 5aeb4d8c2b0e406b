"""The internal names of ministack that the lab uses, and whether they are still there.

The lab's modules that import ministack put their own code in the place of its private parts; an
upgrade that moves one of those parts is to fail at once, and to say where.
"""

from collections.abc import Mapping
from importlib import import_module
from inspect import signature

MINISTACK_VERSION = "1.5.33"

RELIED_ON: Mapping[str, Mapping[str, str | None]] = {
    "ministack.app": {
        "app": "(scope, receive, send)",
        "SERVICE_HANDLERS": None,
        "call_service_handler_sync": (
            "(handler, method, path, headers, body, query_params, timeout)"
        ),
        "_routing_params": "(method, path, headers, body, query_params)",
    },
    "ministack.core.arn": {"parse_arn": "(value)"},
    "ministack.core.iam_actions": {
        "extract_iam_action": "(service, method, path, headers, body, query_params)",
    },
    "ministack.core.lambda_runtime": {
        "execution_credentials": "(config)",
        "_account_region_from_function_config": "(config)",
        "reset": "()",
    },
    "ministack.core.responses": {
        "error_response_json": "(code, message, status, extra, message_key, content_type)",
        "get_account_id": "()",
        "get_region": "()",
        "json_response": "(data, status, content_type)",
        "request_scope": "(account_id, region)",
        "set_request_account_id": "(access_key_id)",
    },
    "ministack.core.router": {
        "detect_service": "(method, path, headers, query_params)",
        "extract_access_key_id": "(headers, query_params)",
        "extract_region": "(headers, query_params)",
    },
    "ministack.services.cloudformation.changesets": {"_evaluate_conditions": "(template, params)"},
    "ministack.services.cloudformation.engine": {
        "_evaluate_conditions": "(template, params)",
        "_resolve_refs": ("(value, resources, params, conditions, mappings, stack_name, stack_id)"),
    },
    "ministack.services.cloudformation.handlers": {"_evaluate_conditions": "(template, params)"},
    "ministack.services.cloudformation.provisioners": {"_RESOURCE_HANDLERS": None},
    "ministack.services.cloudformation.stacks": {"_evaluate_conditions": "(template, params)"},
    "ministack.services.eventbridge": {
        "_dispatch_to_lambda": "(arn, payload)",
        "_dispatch_to_sqs": "(spec, payload, sqs_parameters)",
        "_put_events": "(data, allow_aws_source)",
        "time": None,
    },
    "ministack.services.lambda_svc": {
        "_dispatch_esm_batch": "(esm_id, fn, args)",
        "_esm_backoff_until": None,
        "_esms": None,
        "_execute_function": "(func, event)",
        "_execute_function_dispatch": "(func, config, event, request_id, started)",
        "_execution_record_for_config": "(func, config)",
        "_functions": None,
        "_get_func_record_for_ref_in_scope": "(function_ref, account_id, region)",
        "_poll_sqs": "()",
        "executions_in_flight": "()",
        "invoke_async_with_retry": "(func, event)",
    },
    "ministack.services.organizations": {"_accounts": None},
    "ministack.services.sns": {
        "_deliver_to_lambda": (
            "(endpoint, envelope, topic_arn, sub_arn, msg_id, raw_message, message_attributes)"
        ),
        "handle_request": "(method, path, headers, body, query_params)",
    },
    "ministack.services.sqs": {
        "_collect_msgs": "(q, max_n, vis_timeout)",
        "_dlq_sweep": "(q)",
        "_get_q": "(url, action)",
        "_queue_by_arn": "(arn)",
        "_queues": None,
        "_queues_lock": None,
        "_receive_messages_for_esm": "(queue_url, max_number)",
        "handle_request": "(method, path, headers, body, query_params)",
        "time": None,
    },
    "ministack.services.stepfunctions": {
        "_call_lambda": "(func_ref, event)",
        "_ExecutionError": "(error, cause)",
        "_invoke_with_callback": "(resource, input_data, token, state_def)",
        "_resolve_lambda_function_ref": "(value, optimized)",
        "_run_execution": "(exec_arn)",
        "_start_execution": "(data)",
        "_task_tokens": None,
    },
    "ministack.services.sts": {
        "_sessions": None,
        "register_session": "(access_key, session)",
    },
}
"""Names by module, each callable with its parameters; `drift` compares them with ministack."""


def drift() -> list[str]:
    """What is no longer in ministack as the lab needs it, each as a sentence."""
    return [
        sentence
        for module_name, names in RELIED_ON.items()
        for name, parameters in names.items()
        if (sentence := _drifted(module_name, name, parameters))
    ]


def _drifted(module_name: str, name: str, expected: str | None) -> str | None:
    found = getattr(import_module(module_name), name, None)
    if found is None:
        return f"{module_name}.{name} is gone"
    if expected is None:
        return None
    actual = f"({', '.join(signature(found).parameters)})"
    return None if actual == expected else f"{module_name}.{name} takes {actual}, not {expected}"
