"""What the project overrides or uses of libraries without their promise that it stays, pinned: each
entry is there, with the parameters that the code counts on.

An upgrade that changes one fails here, by name, before it fails in production. A new override of
such a library fails here, too, until it has an entry.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

# Module or class -> function -> its parameters, without self.
FUNCTIONS = {
    "PIL.PngImagePlugin.PngStream": {
        "call": "cid, pos, length",
    },
    "PIL.TiffImagePlugin.TiffImageFile": {
        "_open": "",
    },
    "allauth.account.adapter.DefaultAccountAdapter": {
        "is_open_for_signup": "request",
        "is_reauthentication_required": "app, **kwargs",
        "get_reauthentication_methods": "user",
        "clean_email": "email",
        "clean_username": "username, shallow",
        "save_user": "request, user, form, commit",
        "can_delete_email": "email_address",
        "get_login_stages": "",
        "pre_authenticate": "request, **credentials",
        "authenticate": "request, **credentials",
        "post_login": "request, user, email_verification, signal_kwargs, email, signup, "
        "redirect_url",
        "get_client_ip": "request",
        "get_email_confirmation_url": "request, emailconfirmation",
        "send_mail": "template_prefix, email, context",
        "reauthenticate": "user, password",
        "validation_error": "code, *args",
    },
    "allauth.account.auth_backends.AuthenticationBackend": {
        "authenticate": "request, **credentials",
        "_mitigate_timing_attack": "password",
        "_check_password": "user, password",
    },
    "allauth.account.forms.ChangePasswordForm": {
        "save": "",
        "clean_oldpassword": "",
    },
    "allauth.account.forms.SignupForm": {
        "clean": "",
        "try_save": "request",
    },
    "allauth.account.internal.flows.login": {
        "get_authentication_records": "request, user",
        "record_authentication": "request, user, method, **extra_data",
    },
    "allauth.account.stages.EmailVerificationStage": {
        "handle": "",
    },
    "allauth.account.utils": {
        "passthrough_next_redirect_url": "request, url, redirect_field_name",
    },
    "allauth.account.views.ConfirmEmailView": {
        "get_redirect_url": "",
        "get_next_url": "",
    },
    "allauth.account.views.PasswordResetFromKeyView": {
        "form_valid": "form",
    },
    "allauth.account.views.SignupView": {
        "form_valid": "form",
    },
    "allauth.core.ratelimit": {
        "clear": "request, action, key, user",
    },
    "allauth.mfa.adapter.DefaultMFAAdapter": {
        "get_totp_label": "user",
    },
    "allauth.mfa.totp.views.ActivateTOTPView": {
        "form_valid": "form",
    },
    "allauth.mfa.utils": {
        "is_mfa_enabled": "user, types",
    },
    "allauth.socialaccount.adapter.DefaultSocialAccountAdapter": {
        "populate_user": "request, sociallogin, data",
        "authenticate_by_email": "sociallogin",
        "on_authentication_error": "request, provider, error, exception, extra_context",
    },
    "allauth.socialaccount.helpers": {
        "render_authentication_error": "request, provider, error, exception, extra_context",
    },
    "allauth.socialaccount.providers.openid_connect.views": {
        "login": "request, provider_id",
        "callback": "request, provider_id",
    },
    "django.contrib.admin.options.ModelAdmin": {
        "_get_obj_does_not_exist_redirect": "request, opts, object_id",
    },
    "django.contrib.admin.sites.AdminSite": {
        "get_urls": "",
        "has_permission": "request",
        "admin_view": "view, cacheable",
        "login": "request, extra_context",
        "password_change": "request, extra_context",
    },
    "django.contrib.auth.middleware.AuthenticationMiddleware": {
        "process_request": "request",
    },
    "django.contrib.sessions.backends.db.SessionStore": {
        "save": "must_create",
    },
    "django.contrib.sessions.middleware.SessionMiddleware": {
        "process_response": "request, response",
    },
    "django.core.files.uploadhandler.FileUploadHandler": {
        "handle_raw_input": "input_data, META, content_length, boundary, encoding",
        "new_file": "field_name, file_name, content_type, content_length, charset, "
        "content_type_extra",
        "receive_data_chunk": "raw_data, start",
        "file_complete": "file_size",
    },
    "django.http.multipartparser.MultiPartParser": {
        "__init__": "META, input_data, upload_handlers, encoding",
        "parse": "",
    },
    "drf_spectacular.extensions.OpenApiAuthenticationExtension": {
        "get_security_definition": "auto_schema",
    },
    "gunicorn.glogging.Logger": {
        "access": "resp, req, environ, request_time",
    },
    "gunicorn.workers.base.Worker": {
        "init_process": "",
        "run": "",
        "handle_exit": "sig, frame",
        "notify": "",
    },
    "knox.auth.TokenAuthentication": {
        "authenticate": "request",
        "authenticate_credentials": "token",
    },
    "knox.crypto": {
        "hash_token": "token",
    },
    "knox.models.AuthTokenManager": {
        "create": "user, expiry, prefix, **kwargs",
    },
    "rest_framework.negotiation.DefaultContentNegotiation": {
        "select_renderer": "request, renderers, format_suffix",
        "get_accept_list": "request",
    },
    "rest_framework.parsers.JSONParser": {
        "parse": "stream, media_type, parser_context",
    },
    "rest_framework.throttling.SimpleRateThrottle": {
        "allow_request": "request, view",
        "get_cache_key": "request, view",
        "get_ident": "request",
        "wait": "",
    },
    "rest_framework.views.APIView": {
        "initial": "request, *args, **kwargs",
        "finalize_response": "request, response, *args, **kwargs",
        "get_exception_handler": "",
        "get_authenticators": "",
        "get_parsers": "",
        "get_permissions": "",
        "get_throttles": "",
        "perform_content_negotiation": "request, force",
        "perform_authentication": "request",
        "check_throttles": "request",
        "check_permissions": "request",
    },
    "waitress.channel.HTTPChannel": {
        "service": "",
        "_flush_outbufs_below_high_watermark": "",
        "readable": "",
        "writable": "",
        "handle_read": "",
        "handle_write": "",
        "received": "data",
        "handle_close": "",
        "recv": "buffer_size",
        "send": "data, do_close",
    },
    "waitress.parser.HTTPRequestParser": {
        "received": "data",
        "get_body_stream": "",
        "close": "",
    },
    "waitress.server.BaseWSGIServer": {
        "readable": "",
        "maintenance": "now",
        "__init__": "application, map, _start, _sock, dispatcher, adj, sockinfo, bind_socket, **kw",
        "pull_trigger": "",
        "del_channel": "map",
        "add_task": "task",
    },
    "waitress.task.Task": {
        "service": "",
    },
    "waitress.task.ThreadedTaskDispatcher": {
        "set_thread_count": "count",
        "shutdown": "cancel_pending, timeout",
    },
    "waitress.task.WSGITask": {
        "service": "",
        "get_environment": "",
    },
    "waitress.utilities.Error": {
        "to_response": "ident",
        "__init__": "body",
    },
    "waitress.wasyncore": {
        "loop": "timeout, use_poll, map, count",
    },
    "waitress.wasyncore.dispatcher": {
        "recv": "buffer_size",
        "send": "data, do_close",
    },
    "zipstream.ZipStream": {
        "add": "data, arcname, size, compress_type, compress_level",
        "all_files": "",
        "finalize": "",
    },
}

# Class -> what its objects hold, of which the code reads or writes.
ATTRIBUTES = {
    "waitress.channel.HTTPChannel": (
        *("adj", "server", "request", "requests", "outbufs", "total_outbufs_len"),
        *("close_when_flushed", "connected", "socket"),
    ),
    "waitress.parser.HTTPRequestParser": (
        *("body_rcv", "body_bytes_received", "completed", "content_length", "error"),
        *("expect_continue", "headers", "request_uri"),
    ),
    "waitress.server.BaseWSGIServer": ("accepting", "active_channels", "adj", "task_dispatcher"),
    "waitress.task.WSGITask": (
        *("channel", "request", "status", "response_headers", "content_bytes_written"),
    ),
    "gunicorn.workers.base.Worker": ("alive", "cfg", "log", "ppid", "sockets", "wsgi"),
    "allauth.account.forms.SignupForm": ("account_already_exists",),
    "allauth.account.stages.EmailVerificationStage": ("login",),
    "allauth.account.views.PasswordResetFromKeyView": ("reset_user",),
    "django.contrib.staticfiles.management.commands.collectstatic.Command": ("copied_files",),
    "django.contrib.staticfiles.storage.ManifestStaticFilesStorage": (
        *("manifest_name", "manifest_storage", "support_js_module_import_aggregation"),
    ),
    "django.core.management.base.OutputWrapper": ("_out",),
    "PIL.PngImagePlugin.PngStream": ("fp", "im_info"),
    "rest_framework.request.Request": ("_request",),
    "rest_framework.throttling.SimpleRateThrottle": (
        *("cache_format", "duration", "num_requests", "timer"),
    ),
    "storages.backends.s3.S3Storage": ("bucket",),
}
# Of these, every override is listed; of others those that begin with an underscore.
WHOLLY_LISTED = ("allauth.", "gunicorn.", "knox.", "waitress.")
ROOMS = ("accounts", "colorize", "colorizer_site", "gallery", "jobs", "real_or_fake")
# What acts when it is imported, or needs torch.
NOT_IMPORTED = r"\.migrations|\.wsgi$|\.gunicorn$|\.training|\.evaluation|\.celery"


def found(path: str) -> Any:
    """A module, or a class in one."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        module, _, name = path.rpartition(".")
        return getattr(importlib.import_module(module), name)


def parameters(function: Callable[..., Any]) -> str:
    """As they are written, without self, types and defaults."""
    listed = inspect.signature(function).parameters.values()
    stars: dict[Any, str] = {
        inspect.Parameter.VAR_POSITIONAL: "*",
        inspect.Parameter.VAR_KEYWORD: "**",
    }
    return ", ".join(stars.get(each.kind, "") + each.name for each in listed if each.name != "self")


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [(path, name, text) for path, all_ in FUNCTIONS.items() for name, text in all_.items()],
)
def test_the_function_is_there_as_expected(path: str, name: str, expected: str) -> None:
    assert parameters(getattr(found(path), name)) == expected


@pytest.mark.parametrize(
    ("path", "name"), [(path, name) for path, names in ATTRIBUTES.items() for name in names]
)
def test_the_attribute_is_there(path: str, name: str) -> None:
    owner = found(path)
    source = "".join(inspect.getsource(each) for each in owner.__mro__[:-1])
    is_set = re.search(rf"\bself\.{name}\b[^=\n]*=[^=]", source)
    assert is_set or hasattr(owner, name)


def own_classes() -> Iterator[type]:
    for room in map(importlib.import_module, ROOMS):
        for entry in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not re.search(NOT_IMPORTED, entry.name):
                module = importlib.import_module(entry.name)
                classes = inspect.getmembers(module, inspect.isclass)
                yield from (each for _, each in classes if each.__module__ == entry.name)


def overridden(own: type) -> Iterator[tuple[str, str]]:
    """The library's class and the name of each function that a class of ours overrides."""
    for name in vars(own):
        for base in own.__mro__[1:-1]:
            if name in vars(base):
                if inspect.isfunction(vars(base)[name]) and not name.startswith("__"):
                    yield f"{base.__module__}.{base.__qualname__}", name
                break


def is_ours_to_list(path: str, name: str) -> bool:
    if path.startswith((*ROOMS, "enum.", "django.db.models.enums.")):
        return False
    return path.startswith(WHOLLY_LISTED) or name.startswith("_")


def test_every_override_is_listed() -> None:
    ours = {entry for own in own_classes() for entry in overridden(own) if is_ours_to_list(*entry)}
    listed = {(path, name) for path, names in FUNCTIONS.items() for name in names}
    assert ours - listed == set()
