#define _GNU_SOURCE
#include "CDevices.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timex.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static int set_raw(int fd) {
    struct termios line;
    if (tcgetattr(fd, &line) < 0) return -1;
    cfmakeraw(&line);
    return tcsetattr(fd, TCSANOW, &line);
}

int kiosk_pty_open(char *slave_path, size_t capacity) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0) return -1;
    // On Linux the master's settings are the slave's, which thus never sees a cooked, echoing moment.
    int reason = 0;
    if (grantpt(master) < 0 || unlockpt(master) < 0 || set_raw(master) < 0) {
        reason = errno;
    } else {
        reason = ptsname_r(master, slave_path, capacity);
    }
    if (reason == 0) return master;
    close(master);
    errno = reason;
    return -1;
}

// The argument is the integer itself: the kernel grabs for anything but 0, and a pointer is never 0.
int kiosk_input_grab(int fd) {
    return ioctl(fd, EVIOCGRAB, 1);
}

int kiosk_input_name(int fd, char *name, size_t capacity) {
    if (capacity == 0) {
        errno = EINVAL;
        return -1;
    }
    memset(name, 0, capacity);
    int length = ioctl(fd, EVIOCGNAME(capacity - 1), name);
    return length < 0 ? -1 : 0;
}

int kiosk_input_any_key_down(int fd) {
    unsigned char keys[KEY_MAX / 8 + 1] = {0};
    if (ioctl(fd, EVIOCGKEY(sizeof keys), keys) < 0) return -1;
    for (size_t i = 0; i < sizeof keys; i++) {
        if (keys[i] != 0) return 1;
    }
    return 0;
}

int64_t kiosk_clock_boottime_ms(void) {
    // Not the raw clock: this one keeps the frequency that the kernel has learnt, by which a poor quartz is as good as a fine
    // one for weeks.
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *kiosk_build_date(void) { return __DATE__; }

int kiosk_adjtimex(int64_t *maximum_error_us, int64_t *wall_ms) {
    struct timex clock = {0};
    int state = adjtimex(&clock);
    *maximum_error_us = clock.maxerror;
    *wall_ms = (int64_t)clock.time.tv_sec * 1000 + clock.time.tv_usec / (clock.status & STA_NANO ? 1000000 : 1000);
    if (state < 0) return -1;
    return state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
}

void kiosk_thread_name(const char *name) {
    char cut[16];
    strncpy(cut, name, sizeof cut - 1);
    cut[sizeof cut - 1] = 0;
    pthread_setname_np(pthread_self(), cut);
}
