// Apart from the rest because <asm/termbits.h>, which alone has termios2, cannot stand beside <termios.h>.
#include "CDevices.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/// The majors of Unix 98 pty slaves, Documentation/admin-guide/devices.txt.
static int is_pty(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) && major(status.st_rdev) >= 136
        && major(status.st_rdev) <= 143;
}

static int configure(int fd, int baud, int data_bits, char parity) {
    struct termios2 line;
    if (ioctl(fd, TCGETS2, &line) < 0) return -1;
    line.c_iflag = IGNBRK;
    line.c_oflag = 0;
    line.c_lflag = 0;
    line.c_cflag = CREAD | CLOCAL | HUPCL | BOTHER | (data_bits == 7 ? CS7 : CS8);
    if (parity != 'N') {
        // A byte with wrong parity is dropped: no frame's checksum should have to notice it.
        line.c_cflag |= PARENB | (parity == 'O' ? PARODD : 0);
        line.c_iflag |= INPCK | IGNPAR;
    }
    line.c_ispeed = line.c_ospeed = (speed_t)baud;
    // With VMIN 0 a read of an empty line would return 0 and look like a hang-up.
    line.c_cc[VMIN] = 1;
    line.c_cc[VTIME] = 0;
    if (ioctl(fd, TCSETS2, &line) < 0) return -1;
    // A pty keeps the flag for as long as its master lives, and would lock out the next run of an ordinary user.
    return is_pty(fd) ? 0 : ioctl(fd, TIOCEXCL);
}

int kiosk_serial_open(const char *path, int baud, int data_bits, char parity) {
    if (baud <= 0 || (data_bits != 7 && data_bits != 8) || (parity != 'N' && parity != 'E' && parity != 'O')) {
        errno = EINVAL;
        return -1;
    }
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -1;
    if (configure(fd, baud, data_bits, parity) < 0) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

int kiosk_serial_listen(const char *path) {
    int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -1;
    int exclusive = 0;
    // Root may open a line that is held exclusively; it asks first.
    if (ioctl(fd, TIOCGEXCL, &exclusive) == 0 && !exclusive) return fd;
    int reason = exclusive ? EBUSY : errno;
    close(fd);
    errno = reason;
    return -1;
}

int kiosk_serial_tune(int fd, int baud) {
    struct termios2 line;
    if (ioctl(fd, TCGETS2, &line) < 0) return -1;
    line.c_iflag = IGNBRK;
    line.c_oflag = 0;
    line.c_lflag = 0;
    line.c_cflag = CREAD | CLOCAL | BOTHER | CS8 | (line.c_cflag & HUPCL);
    line.c_ispeed = line.c_ospeed = (speed_t)baud;
    line.c_cc[VMIN] = 1;
    line.c_cc[VTIME] = 0;
    if (ioctl(fd, TCSETS2, &line) < 0) return -1;
    return ioctl(fd, TCFLSH, TCIFLUSH);
}
