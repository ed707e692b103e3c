"""A disk that forgets, as a power cut makes any disk do: what was written and not flushed may be there, or not, or in part.

It is one file, served to the kernel through FUSE; a loop device over it carries ext4. Every write and flush of the file
system passes here one at a time, so a cut falls exactly between two of them and nothing races with it: a flush that was
answered holds all that was written before, one that was not holds nothing for certain. After the cut everything fails, until
the power comes back with what the flushed state and chance have left.

    ext4  ->  loop device  ->  FUSE: WRITE, FSYNC  ->  flushed image + the writes since the last flush

(EXT4_IOC_SHUTDOWN was tried first. On Linux 6.18 it races with fdatasync: a bare pwrite and fdatasync lost what it was told
is safe in 30 of 533 cuts, which no real disk does.)

Needs root and /dev/fuse. All mounts are made in a mount namespace of this process, and the loop device lets go by itself:
nothing is left behind, even by kill -9. The disk is served by a process of its own, outside that namespace: were it the one
that ends with the mounts, the kernel would wait for it to write back what only it can take.
"""

import ctypes
import errno
import fcntl
import json
import mmap
import os
import random
import select
import signal
import socket
import stat
import struct
import subprocess
import time

# A disk of today writes so much whole or not at all; the file system's own blocks are as large. With 512 some cut
# within a few hundred tore ext4's superblock, which it takes for damage and does not mount.
BLOCK = 4096
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


class ForgetfulDisk:
    """The disk as a campaign handles it."""

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
            empty = file.read()
        # One byte that both processes see: whether there is power.
        self.power = mmap.mmap(-1, 1)
        device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        self.control, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if os.fork() == 0:
            self.control.close()
            try:
                # Ctrl-C is the campaign's to hear; the disk serves until it is unmounted.
                os.setsid()
                for number in (signal.SIGINT, signal.SIGTERM):
                    signal.signal(number, signal.SIG_IGN)
                Plate(empty, device, control, self.power).serve()
            finally:
                os._exit(0)
        control.close()
        call("unshare", CLONE_NEWNS)
        call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
        options = f"fd={device},rootmode=100600,user_id=0,group_id=0"
        call("mount", b"kiosk-forgetful-disk", self.image.encode(), b"fuse", 0, options.encode())
        os.close(device)

    # The power

    @property
    def is_cut(self):
        return not self.power[0]

    def cut_after(self, requests):
        """The power fails at the moment when this many more writes and flushes have arrived; the last is not done."""
        self._tell("cut_after", requests)

    def cut(self):
        """The power fails now."""
        self._tell("cut", 0)

    def power_on(self, chance):
        """What is there after the cut: all that was flushed, and of the rest what `chance` leaves, down to single blocks."""
        self._tell("power_on", chance.randrange(1 << 32))

    def erase(self):
        """An empty file system again; while it is not mounted."""
        self._tell("erase", 0)

    def _tell(self, what, number):
        self.control.send(json.dumps([what, number]).encode())
        if self.control.recv(16) != b"done":
            raise OSError(errno.EPIPE, "the disk is gone")

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
            if self.is_cut:
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
        """Takes everything away, whatever state it is in; the disk's process ends with its mount."""
        self.cut()
        for path in (self.root, self.image):
            try:
                call("umount2", path.encode(), MNT_DETACH)
            except OSError:
                # Not mounted at the moment.
                pass


class Plate:
    """The disk's own side: what was flushed, what was not yet, and the power."""

    def __init__(self, empty, device, control, power):
        self.empty = empty
        self.device = device
        self.control = control
        self.power = power
        self.requests = 0
        self.cut_at = None
        self.erase(0)
        self.power[0] = 1

    def serve(self):
        """Until it is unmounted, or the kernel gives it up."""
        heard = [self.device, self.control]
        while True:
            ready = select.select(heard, [], [])[0]
            if self.control in ready:
                words = self.control.recv(256)
                if not words:
                    # The campaign is gone; the file system on the disk is still to be let go.
                    heard = [self.device]
                    continue
                what, number = json.loads(words)
                getattr(self, what)(number)
                self.control.send(b"done")
            if self.device in ready:
                try:
                    self._serve_one()
                except OSError as error:
                    # EINTR: once more. ENOENT: the one who asked is gone. EPERM: not mounted yet.
                    if error.errno not in (errno.EINTR, errno.ENOENT, errno.EAGAIN, errno.EPERM):
                        return

    # The power

    def cut_after(self, requests):
        self.cut_at = self.requests + requests

    def cut(self, _):
        self.power[0] = 0
        self.cut_at = None

    def power_on(self, seed):
        chance = random.Random(seed)
        mood = chance.choice(("nothing", "everything", "beginning", "writes", "blocks"))
        some = chance.randint(0, len(self.pending))
        for number, (offset, data) in enumerate(self.pending):
            if mood == "nothing" or (mood == "beginning" and number >= some):
                break
            if mood == "writes" and chance.random() < 0.5:
                continue
            for start in range(0, len(data), BLOCK):
                if mood == "blocks" and chance.random() < 0.5:
                    continue
                piece = data[start : start + BLOCK]
                self.flushed[offset + start : offset + start + len(piece)] = piece
        self.pending = []
        self.power[0] = 1

    def erase(self, _):
        self.flushed = bytearray(self.empty)
        self.pending = []

    # The kernel's questions

    def _serve_one(self):
        request = os.read(self.device, LARGEST_WRITE + 4096)
        _, operation, unique = struct.unpack_from("<IIQ", request)
        if operation in (FORGET, BATCH_FORGET, INTERRUPT):
            return
        try:
            answer, code = self._answer(operation, request[40:]), 0
        except OSError as error:
            answer, code = b"", -error.errno
        os.write(self.device, struct.pack("<IiQ", 16 + len(answer), code, unique) + answer)

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
            had_power = self.power[0]
            self._count()
            # What is under way when the power fails may have reached the plate in part; that is left to chance.
            if had_power:
                self.pending.append((offset, body[40 : 40 + size]))
            self._need_power()
            return struct.pack("<II", size, 0)
        if operation == FSYNC:
            self._count()
            self._need_power()
            for offset, data in self.pending:
                self.flushed[offset : offset + len(data)] = data
            self.pending = []
            return b""
        raise OSError(errno.ENOSYS, "not for a disk")

    def _count(self):
        self.requests += 1
        if self.cut_at is not None and self.requests >= self.cut_at:
            self.cut(0)

    def _need_power(self):
        if not self.power[0]:
            raise OSError(errno.EIO, "no power")

    def _read(self, offset, size):
        self._need_power()
        data = bytearray(self.flushed[offset : offset + size])
        for start, written in self.pending:
            low, high = max(start, offset), min(start + len(written), offset + size)
            if low < high:
                data[low - offset : high - offset] = written[low - start : high - start]
        return bytes(data)
