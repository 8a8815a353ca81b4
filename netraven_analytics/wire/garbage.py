"""Millions of new objects, without the pauses of full garbage collections."""

import gc

STEP = 4096  # values between two turns of others, and between two calls of :func:`keep_young_few`


def keep_young_few() -> None:
    """Count the newest objects among the oldest, unexamined.

    Each full collection stops all threads, the loop's too, for the longer the more objects there are: half a
    second for a million. They come with the number of new objects that survive, and while an answer is read
    all of them do. What is garbage among them is found by the next full collection, after the answer.
    """
    if not gc.get_freeze_count():  # who has frozen objects wants to keep them so
        gc.freeze()
        gc.unfreeze()
