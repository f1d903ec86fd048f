/* A context, and a folder that goes away. */
#ifndef ANS_TEST_UNIT_APP_FIXTURE_H
#define ANS_TEST_UNIT_APP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/os.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

typedef struct fixture {
    ans_cx cx;
    char folder[512];
} fixture;

static inline int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    const char *place = getenv("TMPDIR");
    if (!f || !ans_base_start()) {
        return -1;
    }
    (void)snprintf(f->folder, sizeof f->folder, "%s/ansinh-app-XXXXXX", place ? place : "/tmp");
    f->cx.arena = ans_arena_new((size_t)1 << 30);
    *state = f;
    return f->cx.arena && mkdtemp(f->folder) ? 0 : -1;
}

static inline int tear_down(void **state)
{
    fixture *f = *state;
    char command[600];
    ans_arena_free(f->cx.arena);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
    int status = system(command);
    free(f);
    return status;
}

#endif
