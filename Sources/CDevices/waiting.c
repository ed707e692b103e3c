#include "CDevices.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { batch = 16 };

int kiosk_epoll_create(void) {
    return epoll_create1(EPOLL_CLOEXEC);
}

int kiosk_epoll_add(int epoll, int fd, uint64_t key) {
    struct epoll_event interest = {.events = EPOLLIN, .data.u64 = key};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &interest);
}

int kiosk_epoll_remove(int epoll, int fd) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
}

int kiosk_epoll_wait(int epoll, uint64_t *keys, int capacity, int timeout_ms) {
    struct epoll_event events[batch];
    int count = epoll_wait(epoll, events, capacity < batch ? capacity : batch, timeout_ms);
    if (count < 0) return errno == EINTR ? 0 : -1;
    for (int i = 0; i < count; i++) keys[i] = events[i].data.u64;
    return count;
}

int kiosk_eventfd(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

// EAGAIN is no loss in either: a full counter is still readable, an empty one is drained.
void kiosk_eventfd_signal(int fd) {
    int saved = errno;
    uint64_t one = 1;
    while (write(fd, &one, sizeof one) < 0 && errno == EINTR) {}
    errno = saved;
}

void kiosk_eventfd_drain(int fd) {
    int saved = errno;
    uint64_t count;
    while (read(fd, &count, sizeof count) < 0 && errno == EINTR) {}
    errno = saved;
}
