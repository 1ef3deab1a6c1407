#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that tshark loads this build's plugin; every other capture test depends on that."""

import tshark

if __name__ == "__main__":
    tshark.run_main(tshark.assert_plugin_loaded)
