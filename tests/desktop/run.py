#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs each case of the suite in a session of its own and says in TAP how it went.

run.py HEADLESS [CASE…]: HEADLESS is the command that makes a session.
"""
import concurrent.futures
import importlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import traceback

# Other suites have their cases elsewhere, and may have a stage of their own.
FOLDER = pathlib.Path(os.environ.get('PARLANCE_CASES') or pathlib.Path(__file__).parent)
CASE_LIMIT = 240  # seconds
AT_ONCE = min(2, os.cpu_count() or 1)


def cases():
    names = []
    for path in sorted(FOLDER.glob('case_*.py')):
        source = path.read_text(encoding='utf-8')
        names += [f'{path.stem}.{name}' for name in re.findall(r'^def (test_\w+)', source, re.M)]
    return names


def run_one(name):
    """In the session: runs a case, with all that it started ended after it."""
    from stage import Stage
    module, function = name.split('.')
    cases_of = importlib.import_module(module)
    stage = getattr(cases_of, 'STAGE', Stage)(name)
    try:
        getattr(cases_of, function)(stage)
        stage.check_complaints()
    except Exception:  # pylint: disable=broad-except
        stage.show()
        traceback.print_exc()
        return 1
    finally:
        stage.end()
    return 0


def run_apart(headless, name):
    """Runs a case in a session of its own: the code it ended with, what it said, and its time."""
    start = time.monotonic()
    process = subprocess.Popen([headless, sys.executable, __file__, '--one', name],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, errors='replace',
                               start_new_session=True)
    try:
        said, _ = process.communicate(timeout=CASE_LIMIT)
    except subprocess.TimeoutExpired:
        # The whole group: what the case has started must not outlive it.
        os.killpg(process.pid, signal.SIGTERM)
        said, _ = process.communicate()
        said += f'\nnot within {CASE_LIMIT} s'
    return process.returncode, said, time.monotonic() - start


def run_all(headless, wanted):
    names = [name for name in cases() if not wanted or any(part in name for part in wanted)]
    print(f'1..{len(names)}', flush=True)
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        ends = pool.map(lambda name: run_apart(headless, name), names)
        for number, (name, (code, said, seconds)) in enumerate(zip(names, ends), 1):
            if code != 0:
                failures += 1
                print('\n'.join('# ' + line for line in said.splitlines()))
            else:
                # Figures, and how much was tried.
                print(''.join(f'{line}\n' for line in said.splitlines() if line.startswith('# ')),
                      end='')
            print(f'{"not ok" if code else "ok"} {number} {name} ({seconds:.1f} s)', flush=True)
    return 1 if failures else 0


if sys.argv[1] == '--one':
    sys.path.insert(0, str(FOLDER))
    sys.exit(run_one(sys.argv[2]))
sys.exit(run_all(sys.argv[1], sys.argv[2:]))
