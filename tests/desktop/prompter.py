# SPDX-License-Identifier: GPL-3.0-or-later
"""The keyring's prompt, in the place of the desktop's: one that answers at once.

The daemon asks whoever has the name org.gnome.keyring.SystemPrompter to show its prompt. A password
goes to it encrypted, under a key that both have agreed on.
"""
import base64
import configparser
import hashlib
import hmac
import os
import secrets
import subprocess
import threading

from gi.repository import Gio, GLib

NAME = 'org.gnome.keyring.SystemPrompter'
PATH = '/org/gnome/keyring/Prompter'
INTERFACE = 'org.gnome.keyring.internal.Prompter'
XML = f"""<node><interface name="{INTERFACE}">
<method name="BeginPrompting"><arg type="o" direction="in"/></method>
<method name="PerformPrompt"><arg type="o" direction="in"/><arg type="s" direction="in"/>
<arg type="a{{sv}}" direction="in"/><arg type="s" direction="in"/></method>
<method name="StopPrompting"><arg type="o" direction="in"/></method>
</interface></node>"""

# RFC 2409, 6.2 and RFC 3526, 2: the group of 1536 bits
PRIME = int('FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A0879'
            '8E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B'
            '0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA4836'
            '1C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804'
            'F1746C08CA237327FFFFFFFFFFFFFFFF', 16)
SIZE = 192


def encrypt(exchange, text, private):
    """The answer to an exchange, with a secret in it."""
    asked = configparser.ConfigParser(interpolation=None)
    asked.read_string(exchange)
    public = int.from_bytes(base64.b64decode(asked['sx-aes-1']['public']), 'big')
    shared = pow(public, private, PRIME).to_bytes(SIZE, 'big')
    # HKDF with SHA-256, no salt and no information, one block of it.
    extracted = hmac.digest(bytes(32), shared, hashlib.sha256)
    key = hmac.digest(extracted, b'\1', hashlib.sha256)[:16]
    vector = os.urandom(16)
    done = subprocess.run(['openssl', 'enc', '-aes-128-cbc', '-K', key.hex(), '-iv', vector.hex()],
                          input=text.encode(), capture_output=True, check=True)

    def encode(data):
        return base64.b64encode(data).decode()
    return '\n'.join(['[sx-aes-1]', f'public={encode(pow(2, private, PRIME).to_bytes(SIZE, "big"))}',
                      f'secret={encode(done.stdout)}', f'iv={encode(vector)}', ''])


class Prompter:
    """Answers every prompt with the next of its answers, and with the last of them from then on:
    "deny" (shows none), "dismiss", "hang" (shows it, and nobody answers), or a password."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.open = []  # what nobody answers
        self.asked = 0  # prompts so far, those that it would not show included
        self.private = secrets.randbits(1024)  # the daemon takes no other in the same prompt
        self.bus = None
        self.ready = threading.Event()
        self.context = GLib.MainContext()
        self.loop = GLib.MainLoop(self.context)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        assert self.ready.wait(10), 'no prompter'

    def run(self):
        self.context.push_thread_default()
        address = Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION, None)
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
            Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        interface, = Gio.DBusNodeInfo.new_for_xml(XML).interfaces
        self.bus.register_object(PATH, interface, self.on_call, None, None)
        # From one that was there before, too.
        taken, = self.bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus',
                                    'org.freedesktop.DBus', 'RequestName',
                                    GLib.Variant('(su)', (NAME, 3)), None, 0, 5000, None).unpack()
        assert taken == 1, 'another prompter keeps its name'
        self.ready.set()
        self.loop.run()
        self.context.pop_thread_default()

    def dismiss(self):
        """What is open, and what comes yet."""
        self.answers = ['dismiss']
        for caller, callback in self.open:
            self.say(caller, callback, 'no')
        self.open = []

    def end(self):
        """Goes, with what it shows."""
        self.bus.close_sync(None)
        self.loop.quit()
        self.thread.join()

    def tell(self, caller, path, method, arguments=None):
        self.bus.call(caller, path, f'{INTERFACE}.Callback', method, arguments, None, 0, 5000, None,
                      None)

    def say(self, caller, path, reply, exchange=''):
        self.tell(caller, path, 'PromptReady', GLib.Variant('(sa{sv}s)', (reply, {}, exchange)))

    def on_call(self, _bus, caller, _path, _interface, method, arguments, invocation):
        callback, *rest = arguments.unpack()
        if method == 'BeginPrompting' and self.answers[0] == 'deny':
            self.asked += 1
            invocation.return_dbus_error('org.freedesktop.DBus.Error.AccessDenied', 'Not now')
            return
        invocation.return_value(None)
        if method == 'BeginPrompting':
            self.say(caller, callback, '')
        elif method == 'StopPrompting':
            self.tell(caller, callback, 'PromptDone')
        else:
            self.answer(caller, callback, rest[2])

    def answer(self, caller, callback, exchange):
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == 'dismiss':
            self.say(caller, callback, 'no')
        elif answer == 'hang':
            self.open.append((caller, callback))
        else:
            self.say(caller, callback, 'yes', encrypt(exchange, answer, self.private))
