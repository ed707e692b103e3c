#define _GNU_SOURCE
#include "CDevices.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

static int set_up(posix_spawn_file_actions_t *files, posix_spawnattr_t *how) {
    int reason = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDWR, 0);
    if (reason == 0) reason = posix_spawn_file_actions_adddup2(files, 0, 1);
    if (reason == 0) reason = posix_spawn_file_actions_adddup2(files, 0, 2);
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

int kiosk_spawn(char *const arguments[], char *const environment[], int *pid) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    int reason = posix_spawn_file_actions_init(&files);
    if (reason != 0) return reason;
    reason = posix_spawnattr_init(&how);
    if (reason == 0) {
        reason = set_up(&files, &how);
        if (reason == 0) reason = posix_spawn(pid, arguments[0], &files, &how, arguments, environment);
        posix_spawnattr_destroy(&how);
    }
    posix_spawn_file_actions_destroy(&files);
    return reason;
}
