# SPDX-License-Identifier: GPL-3.0-or-later
"""The keyring of this session, as another program sees it, and what can happen to its daemon."""
import os
import pathlib
import signal

from gi.repository import Gio, GLib

NAME = 'org.freedesktop.secrets'
PATH = '/org/freedesktop/secrets'
PASSWORD = 'pw'  # what build-aux/headless made it with
SERVICE = 'org.freedesktop.Secret.Service'
COLLECTION = 'org.freedesktop.Secret.Collection'
ITEM = 'org.freedesktop.Secret.Item'
GUILT = 'org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface'


class Keyring:
    def __init__(self):
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)

    def call(self, path, interface, method, signature='()', arguments=(), name=NAME):
        return self.bus.call_sync(name, path, interface, method,
                                  GLib.Variant(signature, tuple(arguments)), None,
                                  Gio.DBusCallFlags.NONE, 10000, None).unpack()

    def get(self, path, interface, name):
        return self.call(path, 'org.freedesktop.DBus.Properties', 'Get', '(ss)',
                         (interface, name))[0]

    @property
    def collection(self):
        return self.call(PATH, SERVICE, 'ReadAlias', '(s)', ('default',))[0]

    def session(self):
        return self.call(PATH, SERVICE, 'OpenSession', '(sv)',
                         ('plain', GLib.Variant('s', '')))[1]

    # -- what is in it

    def items(self):
        return self.get(self.collection, COLLECTION, 'Items')

    def secrets(self):
        """The secret of every item there is."""
        session = self.session()
        return sorted(bytes(self.call(item, ITEM, 'GetSecret', '(o)', (session,))[0][2]).decode()
                      for item in self.items())

    def change(self, secret):
        """Another secret for the only item."""
        item, = self.items()
        self.call(item, ITEM, 'SetSecret', '((oayays))',
                  ((self.session(), b'', secret.encode(), 'text/plain'),))

    def delete(self):
        item, = self.items()
        self.call(item, ITEM, 'Delete')

    def files(self):
        """Its files, byte by byte."""
        folder = pathlib.Path(os.environ['XDG_DATA_HOME']) / 'keyrings'
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    # -- its lock

    def is_locked(self):
        return self.get(self.collection, COLLECTION, 'Locked')

    def lock(self):
        self.call(PATH, SERVICE, 'Lock', '(ao)', ([self.collection],))
        assert self.is_locked()

    def unlock(self):
        """As the person does in the prompt, without one."""
        self.call(PATH, GUILT, 'UnlockWithMasterPassword', '(o(oayays))',
                  (self.collection, (self.session(), b'', PASSWORD.encode(), 'text/plain')))
        assert not self.is_locked()

    # -- its daemon

    @property
    def pid(self):
        return self.call('/org/freedesktop/DBus', 'org.freedesktop.DBus',
                         'GetConnectionUnixProcessID', '(s)', (NAME,), 'org.freedesktop.DBus')[0]

    def stop(self):
        """It hangs, until the number that this returns is let go on."""
        pid = self.pid
        os.kill(pid, signal.SIGSTOP)
        return pid

    @staticmethod
    def go_on(pid):
        os.kill(pid, signal.SIGCONT)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
