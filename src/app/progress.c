/* How far a long command is. On a terminal one line is drawn again and again; elsewhere (a log, a
 * pipe) a plain line is written every few seconds, so that nobody finds ten thousand carriage
 * returns in a file. */
#include "app/app.h"

#include <stdio.h>
#include <unistd.h>

#include "base/os.h"

enum { BAR_CELLS = 30, DRAW_EVERY_US = 200000, LINE_EVERY_US = 5000000 };

void progress_start(progress *p, const char *what, const char *unit, bool quiet)
{
    int64_t now = ans_mono_us();
    bool is_terminal = isatty(STDERR_FILENO) == 1;
    *p = (progress){.what = what,
                    .unit = unit,
                    .started_us = now,
                    .said_us = now,
                    .is_terminal = is_terminal,
                    .is_quiet = quiet};
}

static void print_left(int64_t seconds)
{
    if (seconds >= 3600) {
        fprintf(stderr, "%lld:%02lld:%02lld left", (long long)seconds / 3600,
                (long long)seconds / 60 % 60, (long long)seconds % 60);
    } else {
        fprintf(stderr, "%lld:%02lld left", (long long)seconds / 60, (long long)seconds % 60);
    }
}

static void print_bar(double part)
{
    int full = (int)(part * BAR_CELLS);
    fputs(" [", stderr);
    for (int i = 0; i < BAR_CELLS; i++) {
        fputc(i < full ? '#' : '.', stderr);
    }
    fputc(']', stderr);
}

void progress_show(progress *p, uint64_t done, uint64_t total, uint64_t count)
{
    int64_t now = ans_mono_us(), every = p->is_terminal ? DRAW_EVERY_US : LINE_EVERY_US;
    if (p->is_quiet || now - p->said_us < every) {
        return;
    }
    p->said_us = now;
    double seconds = (double)(now - p->started_us) / 1e6;
    double part = total ? (double)done / (double)total : 0;
    part = part > 1 ? 1 : part;
    flockfile(stderr);
    fprintf(stderr, "%s%s", p->is_terminal ? "\r" : "ansinh: ", p->what);
    if (p->is_terminal) {
        print_bar(part);
    }
    fprintf(stderr, " %3.0f %%  %llu %s, %.0f/s  ", part * 100, (unsigned long long)count, p->unit,
            (double)count / seconds);
    if (part > 0.01) {
        print_left((int64_t)(seconds / part - seconds + 0.5));
    }
    fputs(p->is_terminal ? "\033[K" : "\n", stderr);
    fflush(stderr);
    funlockfile(stderr);
}

void progress_end(progress *p)
{
    if (p->is_terminal && !p->is_quiet && p->said_us != p->started_us) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}

void progress_store(void *p, uint64_t done, uint64_t total)
{
    progress_show(p, done, total, done);
}
