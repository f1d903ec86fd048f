/* backup and restore. A copy is a folder that reading proved whole; sealed, it is that folder as one file for the holders of a key
 * (base/seal.h, pack.h). Beside a running server both read one moment.
 *
 * A sealed backup is made of a copy in DATA/backup.part, which is gone afterwards; whose turn it is says the lock on DATA/backup.lock, so
 * what a cut-off run left is thrown away by the next one. Restoring reads the sealed file twice: to its end, writing nothing, and then
 * into a folder beside the new one, from which the verified copy is made. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "app/backup.h"
#include "app/journal.h"
#include "app/pack.h"
#include "app/trail.h"
#include "auth/account.h"
#include "base/os.h"

static ans_err failed(ans_cx *cx, const char *what, const char *path)
{
    int saved = errno;
    return ans_issue_add(cx, saved == ENOSPC ? ANS_E_NOSPACE : ANS_E_IO, ANS_STR_NONE, "cannot %s %s: %s", what, path, strerror(saved));
}

/* ---- folders ---- */

/* Copy the store in `from` into the folder `to`. The journal of imports goes along, as it was
 * before the copy began: what it says is done is then in the copy, too. */
static ans_err copy(ans_cx *cx, const options *from, const char *to, const char *what)
{
    ans_str imports;
    folder f;
    progress p;
    ans_err err = folder_open(cx, from, FOLDER_READ, &f);
    if (err != ANS_OK) {
        return err;
    }
    progress_start(&p, what, "steps", from->quiet);
    err = journal_read(cx, from->data, &imports);
    err = err == ANS_OK ? ans_store_backup(cx, f.store, to, progress_store, &p) : err;
    err = err == ANS_OK ? ans_accounts_copy(cx, from->data, to) : err;
    err = err == ANS_OK && imports.n ? journal_write(cx, to, imports) : err;
    progress_end(&p);
    folder_close(&f);
    return err;
}

/* The names of what is in a folder, or NULL; a copy has no folders in it. */
static const char *next_name(DIR *dir)
{
    for (const struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0) {
            return d->d_name;
        }
    }
    return NULL;
}

/* True also for a folder that does not exist. */
static bool is_empty_folder(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir) {
        return !ans_file_exists(path);
    }
    bool is_empty = next_name(dir) == NULL;
    (void)closedir(dir); /* read only */
    return is_empty;
}

static ans_err remove_copy(ans_cx *cx, const char *path)
{
    DIR *dir = opendir(path);
    if (!dir) {
        return errno == ENOENT ? ANS_OK : failed(cx, "open", path);
    }
    bool done = true;
    for (const char *name = next_name(dir); name; name = next_name(dir)) {
        done = unlinkat(dirfd(dir), name, 0) == 0 && done;
    }
    (void)closedir(dir); /* read only */
    return done && rmdir(path) == 0 ? ANS_OK : failed(cx, "remove", path);
}

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* ---- sealing ---- */

static ans_err seal_bytes(ans_cx *cx, ans_sealer *s, FILE *file, const char *path, uint64_t size)
{
    static char piece[ANS_SEAL_PIECE_BYTES]; /* one backup a process */
    ans_err err = ANS_OK;
    while (err == ANS_OK && size) {
        size_t n = fread(piece, 1, size < sizeof piece ? (size_t)size : sizeof piece, file);
        err = n ? ans_seal_add(cx, s, (ans_str){piece, n}) : failed(cx, "read", path);
        size -= n;
    }
    return err;
}

static ans_err seal_file(ans_cx *cx, ans_sealer *s, const char *dir, const char *name)
{
    ans_str path = ans_arena_fmt(cx->arena, "%s/%s", dir, name);
    struct stat st;
    FILE *file = path.p ? fopen(path.p, "re") : NULL;
    if (!file || fstat(fileno(file), &st) != 0) {
        ans_err err = path.p ? failed(cx, "open", path.p) : ans_cx_nomem(cx);
        if (file) {
            (void)fclose(file);
        }
        return err;
    }
    ans_str head = pack_is_name(ans_str_of(name)) ? pack_head(cx, ans_str_of(name), (uint64_t)st.st_size) : ANS_STR_NONE;
    ans_err err = head.p ? ans_seal_add(cx, s, head) : ans_issue_add(cx, ANS_E_BUG, ANS_STR_NONE, "a backup cannot hold %s", name);
    err = err == ANS_OK ? seal_bytes(cx, s, file, path.p, (uint64_t)st.st_size) : err;
    (void)fclose(file); /* read only */
    return err;
}

static ans_err seal_folder(ans_cx *cx, ans_sealer *s, const char *dir)
{
    DIR *d = opendir(dir);
    if (!d) {
        return failed(cx, "open", dir);
    }
    ans_err err = ANS_OK;
    for (const char *name = next_name(d); err == ANS_OK && name; name = next_name(d)) {
        err = seal_file(cx, s, dir, name);
    }
    (void)closedir(d); /* read only */
    return err == ANS_OK ? ans_seal_add(cx, s, (ans_str){"", 1}) : err;
}

static ans_err seal_copy(ans_cx *cx, const options *o, const char *part)
{
    uint8_t keys[ANS_SEAL_MOST_KEYS][ANS_SEAL_KEY_BYTES];
    uint32_t count = 0;
    ans_sealer *s = NULL;
    ans_err err = backup_key_publics(cx, o->key, keys, &count);
    err = err == ANS_OK ? ans_seal_start(cx, o->args[0], keys, count, &s) : err; /* before the long work */
    err = err == ANS_OK ? remove_copy(cx, part) : err;
    err = err == ANS_OK ? copy(cx, o, part, "backup") : err;
    err = err == ANS_OK ? seal_folder(cx, s, part) : err;
    err = err == ANS_OK ? ans_seal_finish(cx, s) : err;
    ans_seal_drop(s);
    return err;
}

static ans_err backup_sealed(ans_cx *cx, const options *o)
{
    ans_str part = ans_arena_fmt(cx->arena, "%s/backup.part", o->data), lock = ans_arena_fmt(cx->arena, "%s/backup.lock", o->data);
    if (!part.p || !lock.p) {
        return ans_cx_nomem(cx);
    }
    if (!ans_file_exists(o->data)) {
        return ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR_NONE, "there is no folder %s", o->data);
    }
    int fd = open(lock.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0) {
        bool busy = fd >= 0 && errno == EWOULDBLOCK;
        ans_err err = busy ? ans_issue_add(cx, ANS_E_BUSY, ANS_STR_NONE, "another backup of %s is being made", o->data) : failed(cx, "lock", lock.p);
        if (fd >= 0) {
            (void)close(fd);
        }
        return err;
    }
    ans_err err = seal_copy(cx, o, part.p), gone = remove_copy(cx, part.p);
    (void)close(fd); /* ends the lock */
    return err == ANS_OK ? gone : err;
}

int run_backup(ans_cx *cx, const options *o)
{
    trail_take(cx, o, ANS_DID_EXPORT, "backup", o->key ? ANS_STR("sealed") : ANS_STR_NONE);
    ans_err err = o->key ? backup_sealed(cx, o) : copy(cx, o, o->args[0], "backup");
    if (err != ANS_OK) {
        return say_open_failed(cx, err);
    }
    printf(o->key ? "%s is a sealed copy of %s; try the key on it: ansinh restore --dry-run\n" : "%s is a verified copy of %s\n", o->args[0], o->data);
    return EXIT_DONE;
}

/* ---- opening ---- */

typedef struct unpacking {
    const char *dir, *path;
    FILE *file;
} unpacking;

static ans_err unpack_open(void *arg, ans_cx *cx, ans_str name, uint64_t size)
{
    unpacking *u = arg;
    ans_str path = ans_arena_fmt(cx->arena, "%s/%.*s", u->dir, ANS_FMT(name));
    (void)size;
    if (!path.p) {
        return ans_cx_nomem(cx);
    }
    u->path = path.p;
    u->file = fopen(path.p, "wxe");
    return u->file ? ANS_OK : failed(cx, "create", path.p);
}

static ans_err unpack_write(void *arg, ans_cx *cx, ans_str bytes)
{
    unpacking *u = arg;
    return fwrite(bytes.p, 1, bytes.n, u->file) == bytes.n ? ANS_OK : failed(cx, "write", u->path);
}

static ans_err unpack_close(void *arg, ans_cx *cx)
{
    unpacking *u = arg;
    FILE *file = u->file;
    u->file = NULL;
    return fclose(file) == 0 ? ANS_OK : failed(cx, "write", u->path);
}

/* The whole of a sealed backup through a reader, to its proven end. sink NULL: only looked at. */
static ans_err read_sealed(ans_cx *cx, const char *path, const ans_seal_pair *pair, const pack_sink *sink, uint64_t *out_bytes)
{
    ans_unsealer *u = NULL;
    pack_reader *r = ANS_NEW(cx->arena, pack_reader);
    ans_str bytes = ANS_STR_NONE;
    ans_err err = r ? ans_unseal_start(cx, path, pair, &u) : ans_cx_nomem(cx);
    if (err != ANS_OK) {
        return err;
    }
    *r = (pack_reader){.sink = sink};
    do {
        err = ans_unseal_next(cx, u, &bytes);
        err = err == ANS_OK ? pack_take(cx, r, bytes) : err;
    } while (err == ANS_OK && bytes.n);
    ans_unseal_close(u);
    *out_bytes = r->bytes;
    return err == ANS_OK ? pack_end(cx, r) : err;
}

static ans_err unseal_into(ans_cx *cx, const options *o, const ans_seal_pair *pair, const char *part)
{
    uint64_t bytes;
    unpacking u = {.dir = part};
    const pack_sink sink = {unpack_open, unpack_write, unpack_close, &u};
    options from = *o;
    ans_err err = ans_dir_make(cx, part);
    err = err == ANS_OK ? read_sealed(cx, o->args[0], pair, &sink, &bytes) : err;
    if (u.file) {
        (void)fclose(u.file); /* an error came between */
    }
    from.data = part;
    return err == ANS_OK ? copy(cx, &from, o->data, "restore") : err;
}

static ans_err restore_sealed(ans_cx *cx, const options *o)
{
    ans_seal_pair pair;
    uint64_t bytes = 0;
    ans_str data = ans_str_of(o->data);
    while (data.n > 1 && data.p[data.n - 1] == '/') {
        data.n--;
    }
    ans_str part = ans_arena_fmt(cx->arena, "%.*s.part", ANS_FMT(data));
    ans_err err = part.p ? backup_key_secret(cx, o->key, &pair) : ans_cx_nomem(cx);
    if (err != ANS_OK) {
        return err;
    }
    err = read_sealed(cx, o->args[0], &pair, NULL, &bytes);
    if (err == ANS_OK && !o->dry_run && ans_file_exists(part.p)) {
        err = ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "%s is there, left by a restore that was cut off: remove it", part.p);
    } else if (err == ANS_OK && !o->dry_run) {
        err = unseal_into(cx, o, &pair, part.p);
        ans_err gone = remove_copy(cx, part.p);
        err = err == ANS_OK ? gone : err;
    }
    ans_seal_wipe(&pair, sizeof pair);
    if (err == ANS_OK && o->dry_run) {
        printf("%s can be opened and is whole: %llu bytes\n", o->args[0], (unsigned long long)bytes);
    }
    return err;
}

int run_restore(ans_cx *cx, const options *o)
{
    options from = *o;
    bool sealed = is_file(o->args[0]);
    if (sealed != (o->key != NULL)) {
        say(sealed ? "%s is a sealed backup: --key FILE, with the secret half of its key" : "%s is no sealed backup: leave --key out", o->args[0]);
        return EXIT_USAGE;
    }
    if (o->dry_run && !sealed) {
        say("--dry-run is for sealed backups; a folder is checked by: ansinh check --data %s", o->args[0]);
        return EXIT_USAGE;
    }
    if (!o->dry_run && !is_empty_folder(o->data)) {
        say("%s is not empty; a backup is restored into a new or empty folder only", o->data);
        return EXIT_USAGE;
    }
    from.data = o->args[0];
    ans_err err = sealed ? restore_sealed(cx, o) : copy(cx, &from, o->data, "restore");
    if (err != ANS_OK) {
        return say_open_failed(cx, err);
    }
    if (!o->dry_run) {
        printf("%s is restored from %s\n", o->data, o->args[0]);
    }
    return EXIT_DONE;
}
