#define _GNU_SOURCE
#include "CDevices.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <unistd.h>

static int set_up(posix_spawn_file_actions_t *files, posix_spawnattr_t *how, int input, int output) {
    int reason = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDWR, 0);
    if (reason == 0) reason = posix_spawn_file_actions_adddup2(files, 0, 1);
    if (reason == 0) reason = posix_spawn_file_actions_adddup2(files, 0, 2);
    if (reason == 0 && input >= 0) reason = posix_spawn_file_actions_adddup2(files, input, 0);
    if (reason == 0 && output >= 0) reason = posix_spawn_file_actions_adddup2(files, output, 1);
    // Ours are close-on-exec; those of the libraries may not be.
    if (reason == 0) reason = posix_spawn_file_actions_addclosefrom_np(files, 3);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    if (reason == 0) reason = posix_spawnattr_setsigdefault(how, &all);
    if (reason == 0) reason = posix_spawnattr_setsigmask(how, &none);
    if (reason == 0) reason = posix_spawnattr_setpgroup(how, 0);
    if (reason == 0) {
        reason = posix_spawnattr_setflags(how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    return reason;
}

int kiosk_spawn(char *const arguments[], char *const environment[], int input, int output, int *pid) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    int reason = posix_spawn_file_actions_init(&files);
    if (reason != 0) return reason;
    reason = posix_spawnattr_init(&how);
    if (reason == 0) {
        reason = set_up(&files, &how, input, output);
        if (reason == 0) reason = posix_spawn(pid, arguments[0], &files, &how, arguments, environment);
        posix_spawnattr_destroy(&how);
    }
    posix_spawn_file_actions_destroy(&files);
    return reason;
}

int kiosk_memory_file(const char *name, size_t length) {
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) return -1;
    if (ftruncate(fd, (off_t)length) == 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) == 0) return fd;
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

int kiosk_write_back(const char *directory) {
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return -1;
    int result = syncfs(fd);
    int reason = errno;
    close(fd);
    errno = reason;
    return result;
}
