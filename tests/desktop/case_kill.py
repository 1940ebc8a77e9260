# SPDX-License-Identifier: GPL-3.0-or-later
"""Killed at any moment while a reply streams: what was sent and what had arrived is there."""
import contextlib
import os
import pathlib
import random
import shutil
import sqlite3
import tempfile
import time

from desktop import wait_for
from stage import messages, send, wait_message

KILLS = 10
INTERVAL = 4     # ms between two tokens
LONGEST = 1.2    # s after which it is killed at the latest
OLDEST = 1000    # ms: of the oldest byte that may be missing
# Each token says when it was sent, by the clock of this machine.
STREAM = {'repeat': 100000, 'step': {'clock': INTERVAL}}
TEXTS = """SELECT message.role, message.state, coalesce(group_concat(part.text, ''), '') FROM message
  LEFT JOIN part ON part.message_id = message.id GROUP BY message.id ORDER BY message.id"""
USER, ASSISTANT, INTERRUPTED = 1, 2, 4  # as the database has them


def clock():
    """The monotonic time in µs."""
    return time.clock_gettime(time.CLOCK_MONOTONIC) * 1e6


def query(words):
    """Asked of a copy: a running program keeps the database to itself, and what a killed one has
    left is not to be tidied up by a look at it."""
    folder = pathlib.Path(os.environ['XDG_DATA_HOME']) / 'parlance'
    with tempfile.TemporaryDirectory() as copy:
        for path in folder.glob('parlance.sqlite*'):
            shutil.copy(path, copy)
        with contextlib.closing(sqlite3.connect(f'{copy}/parlance.sqlite')) as connection:
            return connection.execute(words).fetchall()


def start_again(stage, number):
    """After a kill: the program, in which all that was sent and the broken reply can be seen; and
    when the last token that is there was sent."""
    assert query('PRAGMA integrity_check') == [('ok',)]
    program = stage.start()
    wait_message(program, 'Interrupted')
    program.wait('Continue', 'button')
    said = query(TEXTS)
    asked = [text for role, _, text in said if role == USER]
    assert asked == [f'Question {n}' for n in range(number + 1)], asked
    role, state, reply = said[-1]
    assert (role, state) == (ASSISTANT, INTERRUPTED), said[-1]
    last = (reply.split() or [None])[-1]
    if last:
        wait_message(program, last)
    return program, last


def test_ten_kills(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    ages = []
    for number in range(KILLS):
        service.next(STREAM)
        send(program, f'Question {number}')
        wait_for(lambda: len(service.chats()) == number + 1, 'the call')
        sent = clock()
        until = time.monotonic() + random.uniform(0, LONGEST)
        wait_for(lambda: time.monotonic() >= until, 'the moment')
        killed = clock()
        program.kill()
        program, last = start_again(stage, number)
        ages.append((killed - (int(last) if last else sent)) / 1000)

    ages.sort()
    print(f'# figure window-kill-loss-median {ages[len(ages) // 2]:.0f} ms')
    print(f'# figure window-kill-loss-max {ages[-1]:.0f} ms')
    assert ages[-1] <= OLDEST, f'bytes are missing that were {ages[-1]:.0f} ms old'

    service.next({'delta': ' and the rest.'}, {'finish': 'stop'}, {'done': True})
    program.press('Continue')
    wait_message(program, 'and the rest.')
    wait_for(lambda: 'Interrupted' not in messages(program).splitlines()[-3:], 'the end')
    program.quit()
    print(f'# tried kills through the window: {KILLS}, held {KILLS}, lost 0')
