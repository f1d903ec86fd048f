/* A main for fuzz harnesses when libFuzzer is not linked: replays files, then mutates them for a
 * while.
 *
 *   NAME_fuzz [--seconds N] [--seed S] [--keep FILE] FILE|DIR...
 *
 * Every file is given to the harness once, in the order of names; then, with --seconds, mutants of
 * them. The sequence of mutants follows from the seed and the files alone, so a crash comes back
 * with the same --seed; --keep writes each input to FILE before it is tried, so that FILE holds the
 * culprit. Nothing is caught here: a crash is a crash. Each input is a heap block of its exact
 * size, which lets AddressSanitizer see a read past its end. */
#include "base/os.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGEST_FILE_BYTES ((size_t)4 * 1024 * 1024)
#define LARGEST_MUTANT_BYTES ((size_t)64 * 1024)
#define MOST_FILES 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ans_cx cx;
static ans_str seeds[MOST_FILES];
static size_t seed_count;
static uint64_t tried;
static FILE *keep;

/* ---- randomness: splitmix64 ---- */

static uint64_t state;

static uint64_t next_random(void)
{
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static size_t below(size_t n)
{
    return n ? (size_t)(next_random() % n) : 0;
}

/* ---- inputs ---- */

static void fail(const char *what, const char *path)
{
    (void)fprintf(stderr, "%s %s: %s\n", what, path,
                  errno ? strerror(errno) : "too large or too many");
    exit(2);
}

static void try_input(const char *p, size_t n)
{
    uint8_t *copy = ans_alloc(n);
    if (!copy) {
        fail("no memory for", "an input");
    }
    if (n) {
        memcpy(copy, p, n);
    }
    if (keep) {
        rewind(keep);
        if (fwrite(copy, 1, n, keep) != n || fflush(keep) != 0 ||
            ftruncate(fileno(keep), (off_t)n) != 0) {
            fail("cannot write", "the kept input");
        }
    }
    (void)LLVMFuzzerTestOneInput(copy, n);
    ans_free(copy);
    tried++;
}

static void load_file(const char *path)
{
    if (seed_count == MOST_FILES ||
        ans_file_read(&cx, path, LARGEST_FILE_BYTES, &seeds[seed_count]) != ANS_OK) {
        fail("cannot read", path);
    }
    seed_count++;
}

static void load(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        fail("cannot find", path);
    }
    if (!S_ISDIR(st.st_mode)) {
        load_file(path);
        return;
    }
    struct dirent **names;
    int n = scandir(path, &names, NULL, alphasort);
    if (n < 0) {
        fail("cannot list", path);
    }
    for (int i = 0; i < n; i++) {
        ans_str inner = ans_arena_fmt(cx.arena, "%s/%s", path, names[i]->d_name);
        if (inner.p && names[i]->d_name[0] != '.') {
            load(inner.p);
        }
        free(names[i]); /* scandir took it from malloc */
    }
    free(names);
}

/* ---- mutation ---- */

static char mutant[LARGEST_MUTANT_BYTES];
static size_t mutant_n;

static void start_mutant(void)
{
    ans_str from = seed_count ? seeds[below(seed_count)] : ANS_STR("");
    mutant_n = from.n < sizeof mutant ? from.n : sizeof mutant;
    if (mutant_n) {
        memcpy(mutant, from.p, mutant_n);
    }
}

static void insert(size_t at, const char *p, size_t n)
{
    if (n > sizeof mutant - mutant_n) {
        n = sizeof mutant - mutant_n;
    }
    memmove(mutant + at + n, mutant + at, mutant_n - at);
    if (n) {
        memmove(mutant + at, p, n);
    }
    mutant_n += n;
}

static void cut_out(size_t at, size_t n)
{
    memmove(mutant + at, mutant + at + n, mutant_n - at - n);
    mutant_n -= n;
}

static void mutate_byte(void)
{
    static const char telling[] = "\0\x7f\xff\xc3\r\n\t \"'\\{}[](),:;.%/&=?$|@#*+-0129aZ_";
    if (mutant_n == 0) {
        return;
    }
    char *at = mutant + below(mutant_n);
    switch (below(4)) {
    case 0:
        *at = (char)(*at ^ (char)(1u << below(8)));
        break;
    case 1:
        *at = (char)next_random();
        break;
    case 2:
        *at = (char)(*at + (below(2) ? 1 : -1));
        break;
    default:
        *at = telling[below(sizeof telling - 1)];
        break;
    }
}

/* A piece of some input, anywhere into this one. */
static void splice(void)
{
    ans_str from = seed_count ? seeds[below(seed_count)] : ANS_STR("0");
    size_t start = below(from.n);
    size_t n = below(from.n - start) % 64 + (from.n > start);
    insert(below(mutant_n + 1), from.p + start, n);
}

static void mutate_once(void)
{
    size_t at = below(mutant_n + 1);
    size_t rest = mutant_n - at;
    char byte = (char)next_random();
    char copy[64];
    size_t n = below(rest + 1) % sizeof copy;
    switch (below(8)) {
    case 0:
        insert(at, &byte, 1);
        break;
    case 1:
        cut_out(at, n);
        break;
    case 2:
        if (below(8) == 0) {
            mutant_n = at;
        }
        break;
    case 3:
        memcpy(copy, mutant + at, n);
        insert(below(mutant_n + 1), copy, n);
        break;
    case 4:
        splice();
        break;
    default:
        mutate_byte();
        break;
    }
}

static void mutate_for(uint64_t seconds)
{
    int64_t end = ans_mono_us() + (int64_t)seconds * 1000000;
    while (ans_mono_us() < end) {
        start_mutant();
        for (size_t i = below(6) + 1; i > 0; i--) {
            mutate_once();
        }
        try_input(mutant, mutant_n);
    }
}

static const char *value_of(int argc, char **argv, int *i)
{
    if (*i + 1 >= argc) {
        (void)fprintf(stderr, "%s needs a value\n", argv[*i]);
        exit(2);
    }
    return argv[++*i];
}

static uint64_t number_of(int argc, char **argv, int *i)
{
    uint64_t n;
    if (!ans_str_u64(ans_str_of(value_of(argc, argv, i)), &n)) {
        (void)fprintf(stderr, "%s is not a number\n", argv[*i]);
        exit(2);
    }
    return n;
}

int main(int argc, char **argv)
{
    uint64_t seconds = 0;
    ans_random(&state, sizeof state);
    cx.arena = ans_arena_new((size_t)512 * 1024 * 1024);
    if (!cx.arena) {
        fail("no memory for", "the corpus");
    }
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--seconds") == 0) {
            seconds = number_of(argc, argv, &i);
        } else if (strcmp(argv[i], "--seed") == 0) {
            state = number_of(argc, argv, &i);
        } else if (strcmp(argv[i], "--keep") == 0) {
            const char *path = value_of(argc, argv, &i);
            keep = fopen(path, "wb");
            if (!keep) {
                fail("cannot write", path);
            }
        } else {
            load(argv[i]);
        }
    }
    (void)printf("seed %llu\n", (unsigned long long)state);
    (void)fflush(stdout); /* before anything can crash */
    for (size_t i = 0; i < seed_count; i++) {
        try_input(seeds[i].p, seeds[i].n);
    }
    if (seconds) {
        mutate_for(seconds);
    }
    (void)printf("%llu inputs\n", (unsigned long long)tried);
    cx.arena = ans_arena_free(cx.arena);
    return 0;
}
