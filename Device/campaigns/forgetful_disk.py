"""A disk that forgets, as a power cut makes any disk do: what was written and not flushed may be there, or not, or in part.

It is one file, served to the kernel by this process through FUSE; a loop device over it carries ext4. Every write and flush
of the file system passes here one at a time, so a cut falls exactly between two of them and nothing races with it: a flush
that was answered holds all that was written before, one that was not holds nothing for certain. After the cut everything
fails, until the power comes back with what the flushed state and chance have left.

    ext4  ->  loop device  ->  FUSE: WRITE, FSYNC  ->  flushed image + the writes since the last flush

(EXT4_IOC_SHUTDOWN was tried first. On Linux 6.18 it races with fdatasync: a bare pwrite and fdatasync lost what it was told
is safe in 30 of 533 cuts, which no real disk does.)

Needs root and /dev/fuse. All mounts are made in a mount namespace of this process, and the loop device lets go by itself:
nothing is left behind, even by kill -9.
"""

import ctypes
import errno
import fcntl
import os
import stat
import struct
import subprocess
import threading
import time

SECTOR = 512

# The part of the FUSE protocol that one file needs; from linux/fuse.h.
GETATTR, SETATTR, OPEN, READ, WRITE, STATFS, RELEASE, FSYNC, FLUSH, INIT, DESTROY = 3, 4, 14, 15, 16, 17, 18, 20, 25, 26, 38
FORGET, INTERRUPT, BATCH_FORGET = 2, 36, 42
DIRECT_IO = 1
LARGEST_WRITE = 1 << 17

LOOP_CONFIGURE, LOOP_CTL_GET_FREE, AUTOCLEAR = 0x4C0A, 0x4C82, 4
CLONE_NEWNS, MS_REC, MS_PRIVATE, MNT_DETACH = 0x20000, 0x4000, 0x40000, 2

libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    """A C function that answers with -1 and errno; Python's own threads go on meanwhile."""
    if getattr(libc, name)(*arguments) < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def own_mounts():
    """From here on nobody else sees what this process mounts, and it goes with the process."""
    call("unshare", CLONE_NEWNS)
    call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)


class ForgetfulDisk:
    def __init__(self, directory, mebibytes):
        """Makes an empty ext4; its files are in `directory`, which lies on another disk."""
        self.image = os.path.join(directory, "disk")
        self.root = os.path.join(directory, "mounted")
        os.mkdir(self.root)
        with open(self.image, "wb") as file:
            file.truncate(mebibytes << 20)
        subprocess.run(
            ["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", self.image], check=True,
            stdin=subprocess.DEVNULL, env=dict(os.environ, PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"))
        with open(self.image, "rb") as file:
            self.empty = file.read()
        self.flushed = bytearray(self.empty)
        self.pending = []
        self.requests = 0
        self.cut_at = None
        self.last_gasp = False
        self.has_power = True
        self.is_cut = threading.Event()
        self.lock = threading.Lock()
        self.device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        options = f"fd={self.device},rootmode=100600,user_id=0,group_id=0"
        call("mount", b"kiosk-forgetful-disk", self.image.encode(), b"fuse", 0, options.encode())
        threading.Thread(target=self._serve, daemon=True).start()

    # The power

    def cut_after(self, requests):
        """The power fails at the moment when this many more writes and flushes have arrived; the last is not done."""
        with self.lock:
            self.cut_at = self.requests + requests

    def cut(self):
        """The power fails now."""
        with self.lock:
            self._lose_power()

    def _lose_power(self):
        self.has_power = False
        self.cut_at = None
        self.is_cut.set()

    def power_on(self, chance):
        """What is there after the cut: all that was flushed, and of the rest what `chance` leaves, down to single sectors."""
        with self.lock:
            mood = chance.choice(("nothing", "everything", "beginning", "writes", "sectors"))
            some = chance.randint(0, len(self.pending))
            for number, (offset, data) in enumerate(self.pending):
                if mood == "nothing" or (mood == "beginning" and number >= some):
                    break
                if mood == "writes" and chance.random() < 0.5:
                    continue
                for start in range(0, len(data), SECTOR):
                    if mood == "sectors" and chance.random() < 0.5:
                        continue
                    piece = data[start : start + SECTOR]
                    self.flushed[offset + start : offset + start + len(piece)] = piece
            self.pending = []
            self.has_power = True
            self.is_cut.clear()

    def erase(self):
        """An empty file system again; while it is not mounted."""
        with self.lock:
            self.flushed = bytearray(self.empty)
            self.pending = []

    # The file system on it

    def mount(self):
        """False when the power failed meanwhile."""
        control = os.open("/dev/loop-control", os.O_RDWR | os.O_CLOEXEC)
        try:
            backing = os.open(self.image, os.O_RDWR | os.O_CLOEXEC)
            try:
                loop = self._attach(control, backing)
            finally:
                os.close(backing)
            try:
                call("mount", loop[1].encode(), self.root.encode(), b"ext4", 0, b"")
            finally:
                # With the last user the loop device lets go of its file.
                os.close(loop[0])
            return True
        except OSError:
            if self.is_cut.is_set():
                return False
            raise
        finally:
            os.close(control)

    def _attach(self, control, backing):
        for _ in range(50):
            path = f"/dev/loop{fcntl.ioctl(control, LOOP_CTL_GET_FREE)}"
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            information = bytearray(232)
            struct.pack_into("<I", information, 52, AUTOCLEAR)
            try:
                fcntl.ioctl(descriptor, LOOP_CONFIGURE, struct.pack("<II", backing, SECTOR) + information + bytes(64))
                return descriptor, path
            except OSError as error:
                os.close(descriptor)
                # Somebody else took it between the two calls.
                if error.errno != errno.EBUSY:
                    raise
        raise OSError(errno.EBUSY, "no loop device could be had")

    def unmount(self):
        """Waits until those who were killed on it are gone."""
        end = time.monotonic() + 10
        while True:
            try:
                return call("umount2", self.root.encode(), 0)
            except OSError as error:
                if error.errno != errno.EBUSY or time.monotonic() > end:
                    raise
                time.sleep(0.001)

    def close(self):
        """Takes everything away, whatever state it is in."""
        self.cut()
        for path in (self.root, self.image):
            try:
                call("umount2", path.encode(), MNT_DETACH)
            except OSError:
                pass

    # The kernel's questions

    def _serve(self):
        try:
            self._serve_until_unmounted()
        finally:
            # Whoever still waits for an answer gets an error in its place, and does not hang.
            os.close(self.device)

    def _serve_until_unmounted(self):
        while True:
            try:
                request = os.read(self.device, LARGEST_WRITE + 4096)
            except OSError as error:
                if error.errno in (errno.EINTR, errno.ENOENT, errno.EAGAIN):
                    continue
                return
            _, operation, unique = struct.unpack_from("<IIQ", request)
            if operation in (FORGET, BATCH_FORGET, INTERRUPT):
                continue
            try:
                answer, code = self._answer(operation, request[40:]), 0
            except OSError as error:
                answer, code = b"", -error.errno
            try:
                os.write(self.device, struct.pack("<IiQ", 16 + len(answer), code, unique) + answer)
            except OSError as error:
                # The one who asked is gone.
                if error.errno != errno.ENOENT:
                    return

    def _answer(self, operation, body):
        if operation == INIT:
            major, minor, ahead, flags = struct.unpack_from("<IIII", body)
            big_writes, max_pages = 1 << 5, 1 << 22
            return struct.pack(
                "<IIIIHHIIHHI28x", 7, min(minor, 31), ahead, flags & (1 | big_writes | max_pages), 16, 12, LARGEST_WRITE, 1,
                LARGEST_WRITE // 4096, 0, 0)
        if operation in (GETATTR, SETATTR):
            size = len(self.flushed)
            return struct.pack("<QII", 3600, 0, 0) + struct.pack(
                "<QQQQQQIIIIIIIIII", 1, size, size // SECTOR, 0, 0, 0, 0, 0, 0, stat.S_IFREG | 0o600, 1, 0, 0, 0, 4096, 0)
        if operation == OPEN:
            # Past the page cache: after a cut the kernel must not remember what the disk has forgotten.
            return struct.pack("<QIi", 1, DIRECT_IO, 0)
        if operation == STATFS:
            return struct.pack("<QQQQQIIII24x", 0, 0, 0, 0, 0, 4096, 255, 4096, 0)
        if operation in (RELEASE, FLUSH, DESTROY):
            return b""
        if operation == READ:
            _, offset, size = struct.unpack_from("<QQI", body)
            return self._read(offset, size)
        if operation == WRITE:
            _, offset, size = struct.unpack_from("<QQI", body)
            self._count()
            self._write(offset, body[40 : 40 + size])
            return struct.pack("<II", size, 0)
        if operation == FSYNC:
            self._count()
            self._flush()
            return b""
        raise OSError(errno.ENOSYS, "not for a disk")

    def _count(self):
        with self.lock:
            self.requests += 1
            if self.has_power and self.cut_at is not None and self.requests >= self.cut_at:
                self._lose_power()
                # What is under way at that moment may have reached the plate in part; _write keeps it for chance.
                self.last_gasp = True
            else:
                self.last_gasp = False

    def _read(self, offset, size):
        with self.lock:
            if not self.has_power:
                raise OSError(errno.EIO, "no power")
            data = bytearray(self.flushed[offset : offset + size])
            for start, written in self.pending:
                low, high = max(start, offset), min(start + len(written), offset + size)
                if low < high:
                    data[low - offset : high - offset] = written[low - start : high - start]
            return bytes(data)

    def _write(self, offset, data):
        with self.lock:
            if self.has_power or self.last_gasp:
                self.pending.append((offset, data))
            if not self.has_power:
                raise OSError(errno.EIO, "no power")

    def _flush(self):
        with self.lock:
            if not self.has_power:
                raise OSError(errno.EIO, "no power")
            for offset, data in self.pending:
                self.flushed[offset : offset + len(data)] = data
            self.pending = []
