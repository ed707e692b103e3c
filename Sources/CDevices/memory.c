#define _GNU_SOURCE
#include "CDevices.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

void kiosk_share_heap(void) {
    mallopt(M_ARENA_MAX, 1);
    // Set by hand, neither grows with what was freed once.
    mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}

// Only segments that were never writable: what the linker's relocations have changed would be lost.
static int forget_code(struct dl_phdr_info *object, size_t size, void *page) {
    (void)size;
    ElfW(Addr) whole = *(ElfW(Addr) *)page - 1;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0) continue;
        ElfW(Addr) start = (object->dlpi_addr + segment->p_vaddr + whole) & ~whole;
        ElfW(Addr) end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz) & ~whole;
        // Where it does not work the pages stay, which is no loss but of memory.
        if (end > start) madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void kiosk_return_free_memory(void) {
    malloc_trim(0);
    ElfW(Addr) page = (ElfW(Addr))sysconf(_SC_PAGESIZE);
    dl_iterate_phdr(forget_code, &page);
}
