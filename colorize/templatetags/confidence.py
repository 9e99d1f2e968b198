"""A template filter that says how sure the network is."""

from django import template

from colorize.web.confidence import confidence_words

register = template.Library()
register.filter(confidence_words)
