"""Delete an account with everything in it."""

from jobs.registry import Kind, register
from jobs.services import bulk

kind = register(
    Kind(
        "delete_account",
        "Delete an account",
        bulk.delete_account,
        after=bulk.forget_soon,
        can_be_cancelled=False,
    )
)
