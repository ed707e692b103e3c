#include "CDevices.h"

#include <sys/vfs.h>

long kiosk_filesystem_type(const char *path) {
    struct statfs state;
    return statfs(path, &state) < 0 ? -1 : (long)state.f_type;
}
