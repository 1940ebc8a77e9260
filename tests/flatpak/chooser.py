# SPDX-License-Identifier: GPL-3.0-or-later
"""A portal backend that lets a person choose a program: here it takes the first."""
from gi.repository import Gio, GLib

INTERFACE = '''<node><interface name="org.freedesktop.impl.portal.AppChooser">
  <method name="ChooseApplication">
    <arg type="o" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="as" direction="in"/><arg type="a{sv}" direction="in"/>
    <arg type="u" direction="out"/><arg type="a{sv}" direction="out"/>
  </method>
  <method name="UpdateChoices"><arg type="o" direction="in"/><arg type="as" direction="in"/></method>
</interface></node>'''


def answer(_bus, _sender, _path, _interface, method, arguments, invocation):
    if method == 'ChooseApplication':
        choices = arguments.unpack()[3]
        invocation.return_value(GLib.Variant('(ua{sv})', (
            0 if choices else 2, {'choice': GLib.Variant('s', choices[0])} if choices else {})))
    else:
        invocation.return_value(None)


bus = Gio.bus_get_sync(Gio.BusType.SESSION)
bus.register_object('/org/freedesktop/portal/desktop',
                    Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0], answer, None, None)
Gio.bus_own_name_on_connection(bus, 'org.freedesktop.impl.portal.desktop.test', 0, None, None)
GLib.MainLoop().run()
