# SPDX-License-Identifier: GPL-3.0-or-later
"""The hunt for a token: wherever it could have been left, in whatever way it could be written."""
import base64
import os
import pathlib
import signal
import struct
import subprocess
import time

from gi.repository import Gio, GLib

from desktop import wait_for

MARK = 'CANARY'


def new_token(kind):
    """A token whose every part can be told from anything else."""
    return f'ms-{kind}-{MARK}-{os.urandom(20).hex()}'


def forms(token):
    """What counts as the token: all of it or a part of its secret, in the ways that it may be
    written."""
    secret = token.rpartition('-')[2].encode()
    parts = [secret[at:at + 12] for at in range(0, len(secret) - 11, 7)]
    found = list(parts)
    for part in parts:
        found += [part.hex().encode(), b''.join(b'%%%02x' % byte for byte in part),
                  b''.join(b'%%%02X' % byte for byte in part),
                  part.decode().encode('utf-16-le'), part.decode().encode('utf-16-be')]
    for shift in range(3):
        encoded = base64.b64encode(b'x' * shift + token.encode())
        found.append(encoded[(shift * 8 + 5) // 6:(len(token) + shift) * 8 // 6])
    return found


def holds(data, token):
    lower = data.lower()
    return any(form in data or form.lower() in lower for form in forms(token))


class Monitor:
    """Keeps all that a bus carries, in a file outside of what is hunted through."""

    def __init__(self, name, address, folder):
        self.address = address
        self.path = folder / f'{name}.pcap'
        with open(self.path, 'wb') as output:
            self.process = subprocess.Popen(['dbus-monitor', '--address', address, '--pcap'],
                                            stdout=output, stderr=subprocess.DEVNULL)
        self.poke()
        wait_for(lambda: self.poke() or self.path.stat().st_size > 24, f'{name} to be watched')

    def poke(self):
        connection = Gio.DBusConnection.new_for_address_sync(
            self.address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
            Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        connection.close_sync()

    def end(self):
        """The messages so far."""
        self.process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + 10
        while self.process.poll() is None and time.monotonic() < deadline:
            self.poke()
            time.sleep(0.03)
        self.process.kill()
        self.process.wait()
        data = self.path.read_bytes()
        messages, at = [], 24
        while at + 16 <= len(data):
            length, = struct.unpack_from('=I', data, at + 8)
            messages.append(data[at + 16:at + 16 + length])
            at += 16 + length
        return messages


class Hunt:
    def __init__(self):
        self.room = pathlib.Path(os.environ['HOME']).parent
        self.start = time.time()
        self.tokens = []
        self.places = 0
        # Beside the room, and removed at the end: it would be found there.
        self.folder = pathlib.Path(f'{self.room}-bus')
        self.folder.mkdir(mode=0o700)
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        accessibility, = session.call_sync(
            'org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress', None, None,
            Gio.DBusCallFlags.NONE, 10000, None)
        self.session = Monitor('session', os.environ['DBUS_SESSION_BUS_ADDRESS'], self.folder)
        self.accessibility = Monitor('accessibility', accessibility, self.folder)

    def token(self, kind):
        token = new_token(kind)
        self.tokens.append(token)
        return token

    def check(self, name, data):
        self.places += 1
        for token in self.tokens:
            assert not holds(data, token), f'a token is in {name}'

    def files(self):
        """All of this session, and what came to be in the folder for temporary files."""
        found = [path for path in self.room.rglob('*') if path.is_file()]
        for path in pathlib.Path('/tmp').glob('*'):
            try:
                if path.is_file() and path.stat().st_mtime >= self.start:
                    found.append(path)
            except OSError:
                continue
        return found

    def look(self, program=None):
        """Through everything there is at this moment."""
        files = self.files()
        assert any(path.suffix == '.keyring' for path in files), 'the keyring has no file'
        assert any(path.suffix == '.sqlite' for path in files), 'there is no database'
        for process in pathlib.Path('/proc').glob('[0-9]*'):
            files += [process / 'cmdline', process / 'environ']
        for path in files:
            try:
                data = path.read_bytes()
            except OSError:
                continue
            self.check(path, data)
        if program is not None:
            self.check('a title, a name or a description', self.read_tree(program))
            self.check('the properties of the windows', self.read_windows())

    @staticmethod
    def read_tree(program):
        """All that the tree says of what is shown, but for the text of the fields."""
        said = []
        for window in program.windows():
            for node in window.walk():
                try:
                    said += [node.name, node.description]
                    # In newer GTK a row that can be written in has the text of its field.
                    if not node.has('editable') and node.role != 'list item':
                        said.append(node.text)
                except GLib.Error:
                    continue
        return '\n'.join(said).encode()

    @staticmethod
    def read_windows():
        tree = subprocess.run(['xwininfo', '-root', '-tree'], capture_output=True, check=True)
        said = [tree.stdout]
        for word in tree.stdout.split():
            if word.startswith(b'0x'):
                said.append(subprocess.run(['xprop', '-id', word.decode()], capture_output=True,
                                           check=False).stdout)
        return b'\n'.join(said)

    def end(self):
        """Reads what went over the buses. The password row tells assistive technology what is
        typed, as SECURITY.md says: that alone may be there, and on that bus alone."""
        for data in self.session.end():
            self.check('a message on the session bus', data)
        messages = self.accessibility.end()
        assert messages, 'the accessibility bus was not watched'
        for data in messages:
            self.places += 1
            if not any(holds(data, token) for token in self.tokens):
                continue
            message = Gio.DBusMessage.new_from_blob(data, Gio.DBusCapabilityFlags.NONE)
            assert message.get_interface() == 'org.a11y.atspi.Event.Object', message.print_(0)
            assert message.get_member() == 'TextChanged', message.print_(0)
        for path in self.folder.iterdir():
            path.unlink()
        self.folder.rmdir()
        print(f'# tried hiding places of the token: {self.places}, held {self.places}, lost 0')
