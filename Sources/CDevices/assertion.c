#define _GNU_SOURCE
#include "CDevices.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static _Thread_local kiosk_tell *tell_failure;
static _Thread_local void *tell_context;

void kiosk_on_assertion(kiosk_tell *tell, void *context) {
    tell_failure = tell;
    tell_context = context;
}

// Takes the place of the C library's, for the libraries too: an assertion that fails in one of them ends the process, and with it
// the desk. A thread that others can go on without stops here for good instead. Its stack and what the library held are lost.
void __assert_fail(const char *assertion, const char *file, unsigned int line, const char *function) {
    char words[256];
    snprintf(words, sizeof words, "%s:%u: %s: %s", file, line, function ? function : "?", assertion);
    kiosk_tell *tell = tell_failure;
    if (tell != NULL) {
        tell_failure = NULL;
        tell(tell_context, words);
        for (;;) pause();
    }
    fprintf(stderr, "%s\n", words);
    abort();
}
