"""The API's readable pages, all of them from here."""

from drf_spectacular.views import SpectacularSwaggerSplitView


class Docs(SpectacularSwaggerSplitView):
    """In a page without the inline style of drf-spectacular's own."""

    url_name = "api-schema"
    template_name = "api/docs.html"
