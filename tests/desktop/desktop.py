# SPDX-License-Identifier: GPL-3.0-or-later
"""What a case of this suite has at hand: the program, a service, a pointer and a keyboard.

Nothing waits for a time: everything waits for an effect, with a time limit.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.request

from gi.repository import GLib

from tree import Bus
from words import english

LIMIT = float(os.environ.get('PARLANCE_DESKTOP_LIMIT', '15'))  # seconds for any one effect
PROGRAM = os.environ['PARLANCE_PROGRAM']
SERVICE = os.environ['PARLANCE_TEST_SERVICE']
PICTURES = pathlib.Path(os.environ['PARLANCE_PICTURES'])
LOOK = os.environ['PARLANCE_LOOK_MODULE']
DIALOGS_INSIDE = os.environ['PARLANCE_DIALOGS_INSIDE'] == 'yes'
# GTK and libraries below it say these about the bare session, whoever the program is.
HARMLESS = re.compile(r'Unable to acquire session bus|org\.freedesktop\.portal|'
                      r'Failed to set fd limit|Vulkan|libEGL|MESA' +
                      # Newer libadwaita tries the heading of a question larger than there is room.
                      (r'|Trying to measure GtkLabel' if DIALOGS_INSIDE else ''))


def wait_for(probe, what, limit=None):
    """The first true answer of probe."""
    limit = limit or LIMIT
    deadline = time.monotonic() + limit
    while True:
        try:
            answer = probe()
        except GLib.Error:  # a node vanished under its hands
            answer = None
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f'not within {limit:g} s: {what}')
        time.sleep(0.03)


def xdotool(*arguments, check=True):
    done = subprocess.run(['xdotool', *map(str, arguments)], capture_output=True, text=True,
                          check=False)
    if check and done.returncode != 0:
        raise AssertionError(f'xdotool {arguments}: {done.stderr.strip()}')
    return done.stdout.split()


def type_text(text):
    xdotool('type', '--delay', 8, text)


def keys(*names):
    xdotool('key', '--delay', 30, *names)


def translating():
    """Newer C libraries translate nothing in a locale that is named C: it gets another name."""
    folder = pathlib.Path(os.environ['HOME']).parent / 'locale'
    original = pathlib.Path('/usr/lib/locale/C.utf8')
    if not original.is_dir():
        return {}
    shutil.copytree(original, folder / 'en_US.UTF-8', dirs_exist_ok=True)
    return {'LOCPATH': str(folder), 'LC_ALL': 'en_US.UTF-8'}


class Service:
    """The scripted model service, on a port of its own."""

    def __init__(self):
        self.process = subprocess.Popen([SERVICE], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.base_url = self.process.stdout.readline().strip()
        self.root = self.base_url.removesuffix('/v1')

    def control(self, name, value=None):
        data = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(f'{self.root}/control/{name}', data=data)
        with urllib.request.urlopen(request, timeout=LIMIT) as answer:
            body = answer.read()
        return json.loads(body) if body.strip() else None

    def next(self, *steps, **script):
        """What the next chat call is answered with."""
        self.control('next', {'steps': steps, **script} if steps else script)

    def refuse(self, status, message):
        body = json.dumps({'error': {'message': message}, 'request_id': 'r-1234'})
        self.next(status=status, body=body)

    def release(self, name):
        self.control('release', {'name': name})

    def chats(self):
        """The chat calls so far, checks of token and model left out."""
        calls = [call for call in self.control('requests')
                 if call['path'].endswith('/chat/completions')]
        for call in calls:
            if isinstance(call['body'], str):
                call['body'] = json.loads(call['body'])
        return [call for call in calls if call['body'].get('max_tokens') != 1]

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(LIMIT)


class Program:
    """Parlance, running. Its parts are named in English, whatever language it speaks."""

    def __init__(self, *arguments, environment=None, log='parlance.log', program=PROGRAM,
                 words=None):
        self.words = words or english()
        self.log = pathlib.Path(os.environ['HOME']).parent / log
        self.seen = self.log.with_suffix('.look')
        environment = {**self.words.environment, **(environment or {})}
        if 'LANGUAGE' in environment:
            environment = {**translating(), **environment}
        with open(self.log, 'a', encoding='utf-8') as output:
            self.process = subprocess.Popen(
                [program, *arguments], stdout=output, stderr=subprocess.STDOUT,
                env={**os.environ, 'G_DEBUG': 'fatal-criticals', 'GSETTINGS_BACKEND': 'keyfile',
                     'LD_PRELOAD': LOOK, 'PARLANCE_LOOK': str(self.seen), **environment})
        self.pid = self.process.pid
        self.bus = Bus()

    # -- what is on the screen

    @property
    def root(self):
        root = self.bus.application(self.pid)
        assert root is not None or self.process.poll() is None, \
            f'the program ended with {self.process.poll()}'
        return root

    def windows(self, title=None):
        """The windows, or those with that title. A dialog may be a part of its window."""
        root = self.root
        windows = [] if root is None else root.children()
        if title is None:
            return windows
        said = self.words(title)
        return ([node for node in windows if node.name == said] or
                [dialog for node in windows for dialog in node.find_all(said, 'dialog')])

    def find(self, name=None, role=None, where=None, title=None):
        """In the window with that title, or in the first that has it."""
        name = name and self.words(name)
        for window in self.windows(title):
            found = window.find(name, role, where)
            if found is not None:
                return found
        return None

    def wait(self, name=None, role=None, where=None, title=None, limit=None):
        return wait_for(lambda: self.find(name, role, where, title),
                        f'{role or "something"} “{name}”', limit)

    def texts(self):
        """All that can be read, from top to bottom."""
        return '\n'.join(window.names() for window in self.windows())

    def wait_text(self, text, limit=None):
        text = self.words(text)
        wait_for(lambda: text in self.texts(), f'“{text}”', limit)

    # -- hands

    def x_window(self, title=None, which=-1):
        """The number of the X window: the one with that title, or the last that came, which is
        where a dialog is that has no window of its own."""
        title = title and self.words(title)
        root = self.root
        # Without a bus nothing can be read, and the X server has to know.
        if DIALOGS_INSIDE if root is None else all(node.name != title for node in root.children()):
            title = None
        arguments = ['search', '--all', '--onlyvisible', '--pid', self.pid]
        arguments += ['--name', f'^{re.escape(title)}$' if title else '.']
        return wait_for(lambda: (xdotool(*arguments, check=False) or [None])[which],
                        f'a window “{title or ""}”')

    def focus(self, title=None):
        """Gives the keyboard to a window, as a window manager would."""
        xdotool('windowfocus', '--sync', self.x_window(title))

    def scroll_to(self, node, title=None):
        """Turns the wheel over the middle of a window until a node is in sight."""
        window = self.x_window(title)
        shape = dict(line.split('=') for line in xdotool('getwindowgeometry', '--shell', window))
        bottom = int(shape['HEIGHT']) - 12

        def is_there():
            _, y, _, height = node.extents()
            if y >= 48 and y + height <= bottom:
                return True
            xdotool('mousemove', '--window', window, int(shape['WIDTH']) // 2, bottom // 2)
            xdotool('click', 5 if y + height > bottom else 4)
            return False
        wait_for(is_there, 'what is to be clicked to be in sight')

    def click(self, node, title=None, button=1):
        """A click with the pointer, into the middle of what is shown."""
        window = self.x_window(title)
        x, y, width, height = node.extents()
        xdotool('mousemove', '--window', window, x + width // 2, y + height // 2)
        xdotool('click', button)

    def press(self, name, role='button'):
        self.wait(name, role, lambda node: node.has('sensitive')).press()

    def resize(self, width, height, title=None):
        window = self.x_window(title)
        xdotool('windowsize', window, width, height)
        wait_for(lambda: f'Geometry: {width}x{height}' in
                 ' '.join(xdotool('getwindowgeometry', window)), 'the new size')

    def look(self):
        """What can be seen of the windows but not read from their tree: rows of words."""
        self.seen.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)
        wait_for(self.seen.exists, 'a look at the windows')
        return [line.split('\t') for line in self.seen.read_text(encoding='utf-8').splitlines()]

    def picture(self, name, title=None, above=False):
        """A picture of a window, into the build folder. above: with what is laid over it."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f'{name}.png'
        # A dialog may be a window of its own, or lie within the window that it belongs to.
        window = self.x_window(title if self.windows(title) else None)
        arguments = ['-window', window]
        if above:
            # The first of that title: a menu is a window too, and has it from its parent.
            window = self.x_window('Parlance', which=0)
            shape = dict(line.split('=') for line in
                         xdotool('getwindowgeometry', '--shell', window))
            arguments = ['-window', 'root', '-crop', '{WIDTH}x{HEIGHT}+{X}+{Y}'.format(**shape)]
        subprocess.run(['import', *arguments, str(path)], check=True,
                       env={**os.environ, 'TMPDIR': os.environ['XDG_RUNTIME_DIR']})
        assert path.stat().st_size > 5000, f'{path} is empty'
        return path

    # -- the end

    def wait_end(self, code=0):
        try:
            ended = self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            raise AssertionError('the program did not end') from None
        assert ended == code, f'the program ended with {ended}, not {code}'

    def quit(self):
        self.focus()
        keys('ctrl+q')
        self.wait_end()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def complaints(self):
        """What the program complained about on its way, harmless things left out."""
        said = self.log.read_text(encoding='utf-8', errors='replace').splitlines()
        return [line for line in said
                if re.search(r'WARNING|CRITICAL|ERROR|Segmentation|assertion', line)
                and not HARMLESS.search(line)]
