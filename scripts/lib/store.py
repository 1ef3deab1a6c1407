# SPDX-License-Identifier: GPL-2.0-or-later
"""What is kept of an interrupted report: the result of each capture that was read.

Results lie in a folder of the user's cache, each under a name that stands for the capture (path,
size and modification time) and for everything that determines what the report says about it. So a
capture that was changed is read again, and the list of captures may change.
"""

import hashlib
import os
import pathlib
import shutil
import tempfile
import time

KEPT = "done-"
RUN = "run-"
KEPT_FOR = 30 * 24 * 3600  # seconds; nobody resumes later than that


class Store:
    """The results kept, and the folder of this run. Use it in a `with` statement."""

    def __init__(self, circumstances):
        """`circumstances`, bytes: everything that a result depends on but the capture."""
        self.circumstances = hashlib.sha256(circumstances).digest()
        self.keeps = True
        try:
            cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
            self.folder = pathlib.Path(cache) / "tcpstate" / "report"
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.run = pathlib.Path(tempfile.mkdtemp(prefix=RUN, dir=self.folder))
            self.forget_old()
        except (OSError, RuntimeError):
            # No writable home: there is a report, but it cannot be resumed.
            self.keeps = False
            self.run = pathlib.Path(tempfile.mkdtemp(prefix="tcpstate-report-"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.run, ignore_errors=True)

    def forget_old(self):
        """Remove what was never resumed."""
        for path in self.folder.iterdir():
            try:
                if path.lstat().st_mtime > time.time() - KEPT_FOR:
                    continue
                if path.name.startswith(KEPT):
                    path.unlink()
                elif path.name.startswith(RUN):
                    shutil.rmtree(path)
            except OSError:
                pass  # another report has removed it

    def key(self, path, status):
        """The name under which the result of a file is kept. `path`: real, in bytes."""
        about = (self.circumstances, path, status.st_dev, status.st_ino, status.st_size,
                 status.st_mtime_ns)
        return KEPT + hashlib.sha256(repr(about).encode()).hexdigest()

    def keep(self, key, result):
        """Keep a result of this run for the next."""
        if not self.keeps or not key:
            return
        try:
            os.link(result, self.run / key)
            os.replace(self.run / key, self.folder / key)
        except OSError:
            self.keeps = False  # a file system without links

    def find(self, key, result):
        """Take the result that was kept; False if there is none."""
        if not self.keeps or not key:
            return False
        try:
            os.link(self.folder / key, result)
        except OSError:
            return False
        return True

    def forget(self, keys):
        """The table was written, so these results are no longer needed."""
        for key in keys:
            if self.keeps and key:
                (self.folder / key).unlink(missing_ok=True)
