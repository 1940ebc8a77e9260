# SPDX-License-Identifier: GPL-3.0-or-later
"""The accessibility tree of a program, read straight from its bus.

Nothing is cached, so what is read is what is there now. Nodes may vanish at any time: a search
passes over those that do.
"""
from gi.repository import Gio, GLib

ACCESSIBLE = 'org.a11y.atspi.Accessible'
ACTION = 'org.a11y.atspi.Action'
COMPONENT = 'org.a11y.atspi.Component'
EDITABLE = 'org.a11y.atspi.EditableText'
TEXT = 'org.a11y.atspi.Text'

# Numbers of AtspiStateType.
STATES = {'checked': 4, 'editable': 7, 'enabled': 8, 'expanded': 10, 'focusable': 11,
          'focused': 12, 'selected': 23, 'sensitive': 24, 'showing': 25, 'visible': 30}
LABELLED_BY = 2  # a number of AtspiRelationType
WINDOW = 1  # extents are relative to the window


class Bus:
    """The accessibility bus of this session."""

    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address, = session.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress',
                                     None, None, Gio.DBusCallFlags.NONE, 10000, None)
        self.connection = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
            Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)

    def call(self, name, path, interface, method, arguments=None):
        return self.connection.call_sync(name, path, interface, method, arguments, None,
                                         Gio.DBusCallFlags.NONE, 5000, None).unpack()

    def listen(self):
        """A list that grows with what screen readers are told from now on."""
        said = []

        def on_announcement(_connection, _sender, _path, _interface, _signal, arguments):
            said.append(arguments.unpack()[3])
        self.connection.signal_subscribe(None, 'org.a11y.atspi.Event.Object', 'Announcement', None,
                                         None, Gio.DBusSignalFlags.NONE, on_announcement)
        self.call('org.a11y.atspi.Registry', '/org/a11y/atspi/registry', 'org.a11y.atspi.Registry',
                  'RegisterEvent', GLib.Variant('(sass)', ('object:announcement', [], '')))
        return said

    def application(self, pid):
        """The root of the program with that process id, or None as long as it has none."""
        root = Node(self, 'org.a11y.atspi.Registry', '/org/a11y/atspi/accessible/root')
        for child in root.children():
            try:
                owner, = self.call('org.freedesktop.DBus', '/org/freedesktop/DBus',
                                   'org.freedesktop.DBus', 'GetConnectionUnixProcessID',
                                   GLib.Variant('(s)', (child.bus_name,)))
            except GLib.Error:
                continue
            if owner == pid:
                return child
        return None


def plain(name):
    """Older GTK names what stands in a menu with the mark of its mnemonic."""
    return name and name.replace('_', '')


class Node:
    def __init__(self, bus, bus_name, path):
        self.bus, self.bus_name, self.path = bus, bus_name, path

    def __eq__(self, other):
        return isinstance(other, Node) and (self.bus_name, self.path) == (other.bus_name, other.path)

    def call(self, interface, method, arguments=None):
        return self.bus.call(self.bus_name, self.path, interface, method, arguments)

    def get(self, interface, name):
        return self.call('org.freedesktop.DBus.Properties', 'Get',
                         GLib.Variant('(ss)', (interface, name)))[0]

    def children(self):
        try:
            nodes, = self.call(ACCESSIBLE, 'GetChildren')
        except GLib.Error:
            return []
        return [Node(self.bus, name, path) for name, path in nodes
                if not path.endswith('/null')]

    @property
    def name(self):
        name = self.get(ACCESSIBLE, 'Name')
        # Newer GTK gives what stands in a menu no name, but says which label names it.
        if name or self.role != 'menu item':
            return name
        return ' '.join(Node(self.bus, *label).text
                        for relation, labels in self.call(ACCESSIBLE, 'GetRelationSet')[0]
                        if relation == LABELLED_BY for label in labels)

    @property
    def description(self):
        return self.get(ACCESSIBLE, 'Description')

    @property
    def role(self):
        return self.call(ACCESSIBLE, 'GetRoleName')[0]

    def has(self, state):
        low, high = self.call(ACCESSIBLE, 'GetState')[0]
        return bool((low | high << 32) >> STATES[state] & 1)

    @property
    def text(self):
        """What stands in a text field, or on a label."""
        # The end as a number: GTK 4.8 takes -1 for "nothing".
        return self.call(TEXT, 'GetText',
                         GLib.Variant('(ii)', (0, self.get(TEXT, 'CharacterCount'))))[0]

    @text.setter
    def text(self, value):
        self.call(EDITABLE, 'SetTextContents', GLib.Variant('(s)', (value,)))

    def press(self):
        self.call(ACTION, 'DoAction', GLib.Variant('(i)', (0,)))

    def extents(self):
        return self.call(COMPONENT, 'GetExtents', GLib.Variant('(u)', (WINDOW,)))[0]

    def is_shown(self):
        # A page of a stack that was never shown says that it is visible, but it has no size.
        return self.has('visible') and all(self.extents()[2:])

    def walk(self):
        """This node and all below it, from the top, hidden ones too."""
        queue = [self]
        while queue:
            node = queue.pop(0)
            yield node
            queue += node.children()

    def find_all(self, name=None, role=None, where=None):
        """The nodes below this one that are shown and are like that."""
        found = []
        for node in self.walk():
            try:
                if ((name is None or plain(node.name) == plain(name)) and
                        (role is None or node.role == role) and
                        (where is None or where(node)) and node.is_shown()):
                    found.append(node)
            except GLib.Error:
                continue
        return found

    def names(self):
        """What can be read here: the name of a label is its text."""
        said = []
        for node in self.walk():
            try:
                said.append(node.name)
            except GLib.Error:
                continue
        return '\n'.join(said)

    def find(self, *args, **kwargs):
        found = self.find_all(*args, **kwargs)
        return found[0] if found else None

    def picture(self, indent=0):
        """The tree as text: what a failed test shows."""
        lines = []
        try:
            states = ' '.join(state for state in STATES if self.has(state))
            try:
                text = self.text
            except GLib.Error:
                text = ''
            lines.append(f'{"  " * indent}{self.role} "{self.name}" {text!r} [{states}]')
            for child in self.children():
                lines += child.picture(indent + 1)
        except GLib.Error as error:
            lines.append(f'{"  " * indent}(gone: {error.message})')
        return lines
