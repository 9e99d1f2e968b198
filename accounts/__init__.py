"""What this site does otherwise than django-allauth, which carries the accounts."""
