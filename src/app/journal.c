/* The journal of imports: journal.h tells its lines. Read once into a table by file hash, then only
 * appended to. */
#include "app/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/os.h"

enum { HEX = 2 * ANS_HASH_BYTES, BUCKETS = 1 << 12 };
#define JOURNAL_BYTES ((size_t)1 << 30)

typedef struct attempt attempt;
struct attempt {
    attempt *next;
    uint64_t offset;
    uint32_t part;
    ans_str ref;
};

typedef struct record record;
struct record {
    record *next;
    ans_hash hash;
    journal_place place;
    attempt *attempts;
};

struct journal {
    pthread_mutex_t lock;
    ans_arena *arena;
    record *buckets[BUCKETS]; /* hashes are even enough: their first bytes choose */
    int fd;
    const char *path;
};

/* ---- the table ---- */

static record **bucket_of(journal *j, const ans_hash *hash)
{
    return &j->buckets[(hash->b[0] | (unsigned)hash->b[1] << 8) % BUCKETS];
}

static record *find(journal *j, const ans_hash *hash)
{
    record *r = *bucket_of(j, hash);
    while (r && !ans_hash_eq(&r->hash, hash)) {
        r = r->next;
    }
    return r;
}

static record *find_or_add(journal *j, const ans_hash *hash)
{
    record *r = find(j, hash);
    if (!r && (r = ANS_NEW(j->arena, record)) != NULL) {
        r->hash = *hash;
        r->place.line = 1;
        r->next = *bucket_of(j, hash);
        *bucket_of(j, hash) = r;
    }
    return r;
}

/* ---- reading ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hash(ans_str s, ans_hash *out)
{
    for (size_t i = 0; i < ANS_HASH_BYTES; i++) {
        int high = s.n == HEX ? hex_digit(s.p[2 * i]) : -1,
            low = s.n == HEX ? hex_digit(s.p[2 * i + 1]) : -1;
        if (high < 0 || low < 0) {
            return false;
        }
        out->b[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static void add_attempt(journal *j, record *r, uint64_t offset, uint64_t part, ans_str ref)
{
    attempt *a = ANS_NEW(j->arena, attempt);
    if (a) {
        *a = (attempt){r->attempts, offset, (uint32_t)part, ans_arena_dup(j->arena, ref)};
        r->attempts = a;
    }
}

/* A line cut short by a crash has no meaning and is passed over. */
static void read_line(journal *j, ans_str line)
{
    ans_str word, hash_text, offset_text, number_text;
    ans_hash hash;
    uint64_t offset, number;
    (void)ans_str_cut(&line, ' ', &word);
    (void)ans_str_cut(&line, ' ', &hash_text);
    if (!read_hash(hash_text, &hash)) {
        return;
    }
    record *r = find_or_add(j, &hash);
    if (!r) {
        return;
    }
    if (ans_str_is(word, "done")) {
        r->place.is_done = true;
    } else if (ans_str_is(word, "again")) {
        r->place = (journal_place){.line = 1};
        r->attempts = NULL;
    }
    (void)ans_str_cut(&line, ' ', &offset_text);
    (void)ans_str_cut(&line, ' ', &number_text);
    if (!ans_str_u64(offset_text, &offset) || !ans_str_u64(number_text, &number) ||
        number > UINT32_MAX) {
        return;
    }
    if (ans_str_is(word, "to")) {
        r->place.offset = offset;
        r->place.line = (uint32_t)number;
    } else if (ans_str_is(word, "try") && line.n) {
        add_attempt(j, r, offset, number, line);
    }
}

static ans_str path_in(ans_cx *cx, const char *dir)
{
    return ans_arena_fmt(cx->arena, "%s/imports.log", dir);
}

ans_err journal_read(ans_cx *cx, const char *dir, ans_str *out)
{
    ans_str path = path_in(cx, dir);
    *out = ANS_STR("");
    if (!path.p) {
        return ans_cx_nomem(cx);
    }
    return ans_file_exists(path.p) ? ans_file_read(cx, path.p, JOURNAL_BYTES, out) : ANS_OK;
}

ans_err journal_write(ans_cx *cx, const char *dir, ans_str text)
{
    ans_str path = path_in(cx, dir);
    return path.p ? ans_file_replace(cx, path.p, text) : ans_cx_nomem(cx);
}

static ans_err load(ans_cx *cx, journal *j, const char *dir)
{
    ans_str text, line;
    ans_err err = journal_read(cx, dir, &text);
    if (err != ANS_OK) {
        return err;
    }
    bool is_cut = text.n && text.p[text.n - 1] != '\n';
    while (ans_str_cut(&text, '\n', &line)) {
        read_line(j, line);
    }
    if (is_cut && write(j->fd, "\n", 1) != 1) { /* what follows must begin a line */
        return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "cannot write %s: %s", j->path,
                             strerror(errno));
    }
    return ans_arena_is_full(j->arena) ? ans_cx_nomem(cx) : ANS_OK;
}

ans_err journal_open(ans_cx *cx, const char *dir, journal **out)
{
    ans_str path = path_in(cx, dir);
    journal *j = ANS_NEW(cx->arena, journal);
    if (!j || !path.p) {
        return ans_cx_nomem(cx);
    }
    *j = (journal){.arena = ans_arena_new(JOURNAL_BYTES),
                   .path = path.p,
                   .fd = open(path.p, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
    (void)pthread_mutex_init(&j->lock, NULL); /* cannot fail with default attributes */
    ans_err err = ANS_OK;
    if (j->fd < 0) {
        err = ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "cannot open %s: %s", path.p,
                            strerror(errno));
    } else if (!j->arena) {
        err = ANS_E_NOMEM;
    } else {
        err = load(cx, j, dir);
    }
    if (err != ANS_OK) {
        journal_close(j);
        return err;
    }
    *out = j;
    return ANS_OK;
}

void journal_close(journal *j)
{
    if (!j) {
        return;
    }
    if (j->fd >= 0) {
        (void)close(j->fd); /* each line has been looked at when it was written */
    }
    (void)pthread_mutex_destroy(&j->lock);
    j->arena = ans_arena_free(j->arena);
}

/* ---- asking ---- */

journal_place journal_find(journal *j, const ans_hash *file)
{
    (void)pthread_mutex_lock(&j->lock);
    const record *r = find(j, file);
    journal_place place = r ? r->place : (journal_place){.line = 1};
    (void)pthread_mutex_unlock(&j->lock);
    return place;
}

ans_str journal_tried(journal *j, const ans_hash *file, uint64_t offset, uint32_t part)
{
    (void)pthread_mutex_lock(&j->lock);
    const record *r = find(j, file);
    const attempt *a = r ? r->attempts : NULL;
    while (a && (a->offset != offset || a->part != part)) {
        a = a->next;
    }
    ans_str ref = a ? a->ref : ANS_STR_NONE;
    (void)pthread_mutex_unlock(&j->lock);
    return ref;
}

/* ---- writing ---- */

static ans_err append(ans_cx *cx, journal *j, const char *word, const ans_hash *file, ans_str more,
                      bool sync)
{
    char hex[HEX + 1];
    for (int i = 0; i < ANS_HASH_BYTES; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", file->b[i]);
    }
    ans_str line =
        ans_arena_fmt(cx->arena, "%s %s%s%.*s\n", word, hex, more.n ? " " : "", ANS_FMT(more));
    if (!line.p) {
        return ans_cx_nomem(cx);
    }
    (void)pthread_mutex_lock(&j->lock);
    bool good = write(j->fd, line.p, line.n) == (ssize_t)line.n && (!sync || fdatasync(j->fd) == 0);
    int saved = errno;
    (void)pthread_mutex_unlock(&j->lock);
    return good ? ANS_OK
                : ans_issue_add(cx, saved == ENOSPC ? ANS_E_NOSPACE : ANS_E_IO, ANS_STR_NONE,
                                "cannot write %s: %s", j->path, strerror(saved));
}

ans_err journal_done(ans_cx *cx, journal *j, const ans_hash *file, const char *name)
{
    ans_str kept = ans_arena_dup(cx->arena, ans_str_of(name));
    if (!kept.p) {
        return ans_cx_nomem(cx);
    }
    for (char *p = (char *)kept.p; *p; p++) { /* our own copy; a name may hold a line break */
        *p = *p == '\n' ? '?' : *p;
    }
    return append(cx, j, "done", file, kept, true);
}

ans_err journal_to(ans_cx *cx, journal *j, const ans_hash *file, uint64_t offset, uint32_t line)
{
    return append(cx, j, "to", file,
                  ans_arena_fmt(cx->arena, "%llu %u", (unsigned long long)offset, line), false);
}

ans_err journal_try(ans_cx *cx, journal *j, const ans_hash *file, uint64_t offset, uint32_t part,
                    ans_str ref)
{
    return append(
        cx, j, "try", file,
        ans_arena_fmt(cx->arena, "%llu %u %.*s", (unsigned long long)offset, part, ANS_FMT(ref)),
        true);
}

ans_err journal_again(ans_cx *cx, journal *j, const ans_hash *file)
{
    (void)pthread_mutex_lock(&j->lock);
    record *r = find(j, file);
    if (r) {
        r->place = (journal_place){.line = 1};
        r->attempts = NULL;
    }
    (void)pthread_mutex_unlock(&j->lock);
    return r ? append(cx, j, "again", file, ANS_STR_NONE, true) : ANS_OK;
}
