# SPDX-License-Identifier: GPL-3.0-or-later
"""Parlance in its sandbox, and the portals of its session."""
import os
import pathlib
import shlex
import shutil
import signal
import subprocess

from gi.repository import Gio, GLib

from desktop import Program, wait_for, xdotool
from hunt import holds
from stage import Stage
from tree import Node

APPLICATION = 'io.github.parlance_chat.Parlance'
HERE = pathlib.Path(__file__).parent
PORTAL = '/usr/libexec/xdg-desktop-portal'
RUN = ['run', '--user', '--die-with-parent', '--no-documents-portal']


class SandboxedProgram(Program):
    """Parlance, started as the desktop starts it: its process has other numbers inside."""

    def __init__(self, *arguments, environment=None, log='parlance.log', program='flatpak',
                 command=None):
        super().__init__(*RUN, *([f'--command={command}'] if command else []), APPLICATION,
                         *arguments, log=log, program=program,
                         # What may be laid into the program elsewhere is not to be had in there.
                         environment={'LD_PRELOAD': '', **(environment or {})})

    @property
    def root(self):
        assert self.process.poll() is None, f'the program ended with {self.process.poll()}'
        desktop = Node(self.bus, 'org.a11y.atspi.Registry', '/org/a11y/atspi/accessible/root')
        for child in desktop.children():
            try:
                if child.name.lower() == 'parlance':
                    return child
            except GLib.Error:
                continue
        return None

    def x_window(self, title=None):
        arguments = ['search', '--all', '--onlyvisible', '--name', f'^{title or "Parlance"}$']
        return wait_for(lambda: (xdotool(*arguments, check=False) or [None])[-1],
                        f'a window “{title or ""}”')


class Portal:
    """The desktop's own portal, in front of the keyring's secrets and one test browser."""

    def __init__(self, room):
        self.opened = room / 'opened'
        self.opened.touch()
        portals, data = room / 'portals', pathlib.Path(os.environ['XDG_DATA_HOME'])
        if not portals.exists():
            portals.mkdir()
            shutil.copy('/usr/share/xdg-desktop-portal/portals/gnome-keyring.portal', portals)
            (portals / 'test.portal').write_text(
                '[portal]\nDBusName=org.freedesktop.impl.portal.desktop.test\n'
                'Interfaces=org.freedesktop.impl.portal.AppChooser\nUseIn=gnome\n', encoding='utf-8')
            make_browser(data / 'applications', self.opened)
        self.chooser = subprocess.Popen(['/usr/bin/python3', HERE / 'chooser.py'])
        wait_for_name('org.freedesktop.impl.portal.desktop.test')
        self.log = room / 'portal.log'
        with open(self.log, 'a', encoding='utf-8') as log:
            self.process = subprocess.Popen([PORTAL], stdout=log, stderr=log, env={
                **os.environ, 'XDG_DESKTOP_PORTAL_DIR': str(portals),
                'XDG_CURRENT_DESKTOP': 'GNOME'})
        wait_for_name('org.freedesktop.portal.Desktop')

    def stop(self):
        for process in (self.process, self.chooser):
            process.send_signal(signal.SIGTERM)
            process.wait()


def make_browser(applications, opened):
    """What opens pages here: it writes down which."""
    applications.mkdir(parents=True, exist_ok=True)
    script = applications.parent / 'browser'
    script.write_text(f'#!/bin/sh\necho "$1" >>{shlex.quote(str(opened))}\n', encoding='utf-8')
    script.chmod(0o755)
    (applications / 'browser.desktop').write_text(
        f'[Desktop Entry]\nType=Application\nName=Browser\nExec={script} %u\n'
        'MimeType=x-scheme-handler/https;x-scheme-handler/http;\n', encoding='utf-8')
    (applications / 'mimeapps.list').write_text(
        '[Default Applications]\nx-scheme-handler/https=browser.desktop\n'
        'x-scheme-handler/http=browser.desktop\n', encoding='utf-8')


def ask_bus(method, argument=None):
    answer = Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
        'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', method,
        argument and GLib.Variant('(s)', (argument,)), None, Gio.DBusCallFlags.NONE, 5000, None)
    return answer.unpack()[0] if answer.n_children() else None


def wait_for_name(name):
    wait_for(lambda: ask_bus('NameHasOwner', name), f'{name} on the bus')


def pid_of_name(name):
    return ask_bus('GetConnectionUnixProcessID', name)


class SandboxStage(Stage):
    program_type = SandboxedProgram

    def __init__(self, name):
        super().__init__(name)
        self.room = pathlib.Path(os.environ['HOME']).parent
        self.portals = []
        # There is a portal only where a case has started one. That of documents mounts a file
        # system, which would outlive the session.
        services = pathlib.Path(os.environ['XDG_DATA_HOME'], 'dbus-1', 'services')
        services.mkdir(parents=True)
        for name in ('Desktop', 'Documents'):
            (services / f'org.freedesktop.portal.{name}.service').write_text(
                f'[D-BUS Service]\nName=org.freedesktop.portal.{name}\nExec=/bin/false\n',
                encoding='utf-8')
        ask_bus('ReloadConfig')

    def portal(self):
        portal = Portal(self.room)
        self.portals.append(portal)
        return portal

    def show(self):
        super().show()
        for portal in self.portals:
            print(portal.log.read_text(encoding='utf-8', errors='replace')[-2000:])

    def end(self):
        super().end()
        for portal in self.portals:
            if portal.process.poll() is None:
                portal.stop()


def permissions():
    """What the installed program may have: kind → set."""
    said = subprocess.run(['flatpak', 'info', '--user', '--show-permissions', APPLICATION],
                          check=True, capture_output=True, text=True).stdout
    lines = [line.split('=', 1) for line in said.splitlines() if '=' in line]
    assert len(lines) + said.count('[') == len([line for line in said.splitlines() if line]), said
    return {kind: set(value.strip(';').split(';')) for kind, value in lines}


def places_of(token):
    """The files of the session that hold the token, one that was laid there apart."""
    room = pathlib.Path(os.environ['HOME']).parent
    laid = room / 'laid'
    laid.write_text(token, encoding='utf-8')
    found = [path for path in room.rglob('*') if path.is_file() and holds(path.read_bytes(), token)]
    assert laid in found, 'the search finds nothing'
    laid.unlink()
    found.remove(laid)
    return found


def in_sandbox(script, *options):
    """What a shell in the sandbox says; its mistakes too."""
    return subprocess.run(['flatpak', *RUN, *options, '--command=sh', APPLICATION, '-c', script],
                          check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True).stdout
