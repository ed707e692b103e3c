// The few Linux calls that Swift's Glibc does not import: they are GNU extensions, variadic, or made of macros.
//
// All return -1 with errno set when they fail, unless they say otherwise. Every descriptor is close-on-exec and belongs
// to the caller. No function keeps a pointer it was given.
#pragma once

#include <stddef.h>
#include <stdint.h>

// MARK: Waiting

int kiosk_epoll_create(void);

/// Waits for input and hang-ups on `fd`, level-triggered. Closing `fd` ends it.
int kiosk_epoll_add(int epoll, int fd, uint64_t key);
int kiosk_epoll_remove(int epoll, int fd);

/// Writes the keys of the descriptors that have something to say (bytes, a hang-up, an error: reading tells which)
/// and returns how many, at most 16. 0 at the end of `timeout_ms` (-1: never) or after a signal.
/// Keys alone, because `struct epoll_event` is packed on some machines and holds a union.
int kiosk_epoll_wait(int epoll, uint64_t *keys, int capacity, int timeout_ms);

/// A descriptor that becomes readable when it is signalled: how another thread ends a wait.
int kiosk_eventfd(void);
void kiosk_eventfd_signal(int fd);
void kiosk_eventfd_drain(int fd);

// MARK: Serial lines

/// Opens a serial line, raw, without flow control, ignoring the modem lines, for this process alone.
/// `baud` may be any number the driver can make; `data_bits` is 7 or 8; `parity` is 'N', 'E' or 'O'; one stop bit.
/// Reads do not block; a read of 0 bytes means that the line hung up. ENOTTY: the path is no serial line.
int kiosk_serial_open(const char *path, int baud, int data_bits, char parity);

/// Opens a serial line for reading alone; it can never send. EBUSY: another program holds the line, whoever asks.
int kiosk_serial_listen(const char *path);

/// Sets a line that is listened to: raw, 8N1, parity bits left in, at any speed. What came before is thrown away.
int kiosk_serial_tune(int fd, int baud);

/// A new pty in raw mode: returns the master, writes the path of the slave. For the lab and tests.
int kiosk_pty_open(char *slave_path, size_t capacity);

// MARK: Input devices

/// Takes the device for this process alone, until `fd` is closed. EBUSY: another program has it.
int kiosk_input_grab(int fd);

/// The name the device gives itself, NUL-terminated: text from outside, not to be trusted.
int kiosk_input_name(int fd, char *name, size_t capacity);

/// 1 while any key is down, else 0.
int kiosk_input_any_key_down(int fd);

// MARK: Clocks and threads

/// Milliseconds since boot, time asleep included. Never fails, never goes back.
int64_t kiosk_clock_boottime_ms(void);

/// When this was compiled, `Nov 30 2026`: no time that is earlier is right.
const char *kiosk_build_date(void);

/// 1 when the kernel believes that the wall clock follows a reference, 0 when not, -1 when it may not be asked.
/// The wall clock comes from the same look.
int kiosk_adjtimex(int64_t *maximum_error_us, int64_t *wall_ms);

// When an assertion fails in a library that this thread has called, it is told, and then this thread does nothing any more; the
// process goes on. Without a teller the process ends, as it would.
typedef void kiosk_tell(void *context, const char *words);
void kiosk_on_assertion(kiosk_tell *tell, void *context);

/// Names the calling thread, cut to 15 bytes, for `top -H` and crash reports.
void kiosk_thread_name(const char *name);

// MARK: Memory

/// One heap for all threads, and no keeping of large pieces that were freed: a thread's own heap holds on to what its last
/// burst needed. To be called before there are threads.
void kiosk_share_heap(void);

/// Gives back to the system what the allocator keeps for later, and lets go of the pages of program code and constants. What
/// is still used comes back by itself from the page cache; what only the start or a burst needed does not.
void kiosk_return_free_memory(void);

// MARK: Programs

/// Starts a program in a process group of its own whose number is its `pid`, with no other open descriptor of ours and no
/// signal blocked or ignored. It reads from `input` and writes to `output`; -1 is /dev/null, which its errors always go to.
/// `arguments` and `environment` end with NULL; the first argument is the program's path. Returns 0, or the errno of why it
/// did not start; then there is no process.
int kiosk_spawn(char *const arguments[], char *const environment[], int input, int output, int *pid);

/// Writes all that waits for the file system of this directory to its device. Returns 0, or -1 with errno.
int kiosk_write_back(const char *directory);

/// A file in memory without a name, of so many zeros, which can neither grow nor shrink: a write beyond its end fails with
/// EPERM, whoever writes.
int kiosk_memory_file(const char *name, size_t length);
/// The number of the file system's kind, see statfs(2); -1 with errno set when it cannot be asked.
long kiosk_filesystem_type(const char *path);

