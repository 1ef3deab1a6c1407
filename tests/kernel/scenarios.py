"""The register of scenarios: each is a function of a Lab or a Sheet, named and described by
itself.
"""

import dataclasses
import importlib
import zlib

import pcapng

THEMES = ("scenarios_open", "scenarios_close", "scenarios_reset", "scenarios_loss",
          "scenarios_reuse", "scenarios_transfer", "scenarios_forged", "scenarios_partial",
          "scenarios_layers", "scenarios_copies", "scenarios_ecn", "scenarios_ecn_wire", "scenarios_ecn_accurate",
          "scenarios_ecn_written")
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
        """A port of its own that depends on nothing but the name."""
        return FIRST_DYNAMIC_PORT + zlib.crc32(self.name.encode()) % (65536 - FIRST_DYNAMIC_PORT)


def scenario(link_type=pcapng.RAW_IP, snap_length=0, **lab):
    """Register the function as a scenario; lab: what to set in its Lab."""
    def register(function):
        made = Scenario(function, link_type, snap_length, lab)
        SCENARIOS[made.name] = made
        return function
    return register


def written_on(link_type):
    """Register a function of a Sheet: a scenario that no kernel plays."""
    def register(function):
        made = Scenario(function, link_type, written=True)
        SCENARIOS[made.name] = made
        return function
    return register


written = written_on(pcapng.RAW_IP)


def load():
    """All scenarios by name."""
    for theme in THEMES:
        importlib.import_module(theme)
    return SCENARIOS
