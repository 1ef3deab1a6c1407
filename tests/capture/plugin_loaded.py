#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that tshark loads the plugin of this build; every other test of captures rests on it."""

import tshark

if __name__ == "__main__":
    tshark.run_main(tshark.assert_plugin_loaded)
