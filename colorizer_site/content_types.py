"""Content-Types that Django cannot read, which would be a failure of the server for any page."""

import codecs
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.utils.http import parse_header_parameters

# Others that Python knows, such as “undefined” and “idna”, raise whatever they are asked to decode.
CHARSETS = {"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"}


def with_readable_type(application: WSGIApplication) -> WSGIApplication:
    """The application, for which a Content-Type with parameters that cannot be used has none. A
    form is then refused, and a page comes as always."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("CONTENT_TYPE", "")
        if not is_readable(given):
            environ["CONTENT_TYPE"] = given.partition(";")[0]
        return application(environ, start_response)

    return answer


def is_readable(content_type: str) -> bool:
    try:
        charset = parse_header_parameters(content_type)[1].get("charset", "utf-8")
        return codecs.lookup(charset).name in CHARSETS
    except LookupError:
        # Django takes UTF-8 in place of a charset that does not exist.
        return True
    except ValueError:
        return False
