"""The register of scenarios: functions of a Lab or a Sheet.

A capture's name is its function's name, its description the docstring.
"""

import dataclasses
import importlib
import zlib

import pcapng

THEMES = ("scenarios_open", "scenarios_close", "scenarios_reset", "scenarios_loss",
          "scenarios_reuse", "scenarios_transfer", "scenarios_forged", "scenarios_partial",
          "scenarios_layers", "scenarios_anomalies", "scenarios_copies", "scenarios_ecn",
          "scenarios_ecn_wire", "scenarios_ecn_accurate", "scenarios_ecn_written",
          "scenarios_icmp", "scenarios_evidence")
SCENARIOS = {}
FIRST_DYNAMIC_PORT = 49152


@dataclasses.dataclass
class Scenario:
    """One scenario and how to set it up."""

    function: object
    link_type: int = pcapng.RAW_IP
    snap_length: int = 0
    lab: dict = dataclasses.field(default_factory=dict)
    written: bool = False

    @property
    def name(self):
        """The capture's name: the function's, with hyphens."""
        return self.function.__name__.replace("_", "-")

    @property
    def description(self):
        """The docstring on one line."""
        return " ".join(self.function.__doc__.split())

    @property
    def client_port(self):
        """The client's port, derived from the name alone, to keep captures apart."""
        return FIRST_DYNAMIC_PORT + zlib.crc32(self.name.encode()) % (65536 - FIRST_DYNAMIC_PORT)


def scenario(link_type=pcapng.RAW_IP, snap_length=0, **lab):
    """Register a function as a scenario; lab: arguments of its Lab."""
    def register(function):
        entry = Scenario(function, link_type, snap_length, lab)
        SCENARIOS[entry.name] = entry
        return function
    return register


def written_on(link_type):
    """Register a function of a Sheet as a scenario that is written, not played by kernels."""
    def register(function):
        entry = Scenario(function, link_type, written=True)
        SCENARIOS[entry.name] = entry
        return function
    return register


written = written_on(pcapng.RAW_IP)


def load():
    """Import all scenarios; return them by name."""
    for theme in THEMES:
        importlib.import_module(theme)
    return SCENARIOS
