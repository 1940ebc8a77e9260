# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the start takes in the sandbox and what it weighs, beside a bare window there."""
import os
import pathlib
import re
import subprocess
import time

from desktop import wait_for, xdotool
from sandbox import APPLICATION, RUN, SandboxStage

STAGE = SandboxStage
BENCH = pathlib.Path(__file__).parents[1] / 'bench'
OUT = pathlib.Path(os.environ['PARLANCE_FLATPAK']) / 'bench'
# A window of another name may own that name.
WITH_BENCH = [f'--filesystem={OUT}', '--own-name=io.github.parlance_chat.Bare']
REST = 2  # seconds until a program has come to rest
BUDGETS = {'sandbox-startup-ratio': 1.3, 'sandbox-memory-ratio': 1.3}


def build():
    """With the compiler and the libraries of the SDK."""
    OUT.mkdir(exist_ok=True)
    for name, packages in (('bare-window', 'libadwaita-1'), ('bench-startup', 'gio-2.0 x11 xdamage')):
        subprocess.run(['flatpak', *RUN, '--devel', f'--filesystem={BENCH}:ro', *WITH_BENCH,
                        '--command=sh', APPLICATION, '-c',
                        f'cc -O2 -o {OUT}/{name} {BENCH}/{name}.c '
                        f'$(pkg-config --cflags --libs {packages})'], check=True)


def tree_of(pid):
    parents = {}
    for stat in pathlib.Path('/proc').glob('[0-9]*/stat'):
        try:
            fields = stat.read_text(encoding='utf-8', errors='replace').rsplit(')', 1)[1].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, queue = [], [pid]
    while queue:
        found.append(queue.pop())
        queue += parents.get(found[-1], [])
    return found


def weight(command):
    """MiB that are the program's share: of the processes of its sandbox the heaviest."""
    process = subprocess.Popen(['flatpak', *RUN, *WITH_BENCH, f'--command={command}', APPLICATION])
    try:
        wait_for(lambda: xdotool('search', '--all', '--onlyvisible', '--name', 'Parlance|Bare',
                                 check=False), 'a window')
        time.sleep(REST)
        sizes = []
        for pid in tree_of(process.pid):
            rollup = pathlib.Path(f'/proc/{pid}/smaps_rollup').read_text(encoding='utf-8')
            sizes.append(int(re.search(r'^Pss: *(\d+)', rollup, re.M)[1]) / 1024)
        return max(sizes)
    finally:
        process.kill()
        process.wait()


def test_start_and_memory(_stage):
    build()
    said = subprocess.run(['flatpak', *RUN, *WITH_BENCH, f'--command={OUT}/bench-startup',
                           APPLICATION, '/app/bin/parlance', f'{OUT}/bare-window'],
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    figures = {f'sandbox-{name}': float(value) for name, value in
               re.findall(r'^figure (startup\S*) (\S+)', said, re.M)}
    mib, bare = weight('parlance'), weight(f'{OUT}/bare-window')
    figures.update({'sandbox-memory-mib': mib, 'sandbox-memory-bare-mib': bare,
                    'sandbox-memory-ratio': mib / bare})
    for name, value in figures.items():
        unit = {'ms': 'ms', 'mib': 'MiB', 'ratio': 'x'}[name.rsplit('-', 1)[1]]
        print(f'# figure {name} {value:.2f} {unit}')
    assert len(figures) == 6, said
    # Far beyond the budget: something is wrong. A machine that does other work is not.
    for name, budget in BUDGETS.items():
        assert figures[name] < 2 * budget, figures
