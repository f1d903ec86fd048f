/* gen_embed FOLDER OUT.c NAME   the files of a folder as a table in C: ans_NAME_assets (web: the browser application; content)
 *
 * Each file stands in the program as it is and, where it is served and smaller so, compressed as well: then
 * serving it costs no more than a look-up. What has a hash in its name (assets/index-BzLOrH0Z.css)
 * never changes and may be kept by browsers for a year. A missing folder makes an empty table: the
 * program then has no pages, and says so. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/os.h"

enum { MOST_FILES = 1024, DEEPEST = 8 };
#define FILE_BYTES ((size_t)16 << 20)
#define WORK_BYTES ((size_t)512 << 20)

typedef struct embedder {
    ans_cx cx;
    ans_str folder;
    ans_str paths[MOST_FILES]; /* below the folder: "/index.html" */
    size_t count;
    bool is_served; /* to browsers: the pages are, content is only read */
    ans_buf data, table;
} embedder;

static _Noreturn void die(const char *what, const char *which)
{
    fprintf(stderr, "gen_embed: %s %s\n", what, which);
    exit(1);
}

static bool ends_with(ans_str s, const char *end)
{
    size_t n = strlen(end);
    return s.n >= n && ans_str_is(ans_str_from(s, s.n - n), end);
}

static const char *type_of(ans_str path)
{
    static const char *const types[][2] = {{".html", "text/html; charset=utf-8"},
                                           {".js", "text/javascript; charset=utf-8"},
                                           {".mjs", "text/javascript; charset=utf-8"},
                                           {".css", "text/css; charset=utf-8"},
                                           {".svg", "image/svg+xml"},
                                           {".png", "image/png"},
                                           {".ico", "image/x-icon"},
                                           {".woff2", "font/woff2"},
                                           {".json", "application/json"},
                                           {".webmanifest", "application/manifest+json"},
                                           {".txt", "text/plain; charset=utf-8"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (ends_with(path, types[i][0])) {
            return types[i][1];
        }
    }
    return "application/octet-stream";
}

/* "/assets/NAME-8LETTERS.EXT": what the bundler writes. */
static bool has_hash(ans_str path)
{
    ptrdiff_t dot = ans_str_rfind(path, '.');
    if (!ans_str_starts(path, ANS_STR("/assets/")) || dot < 9) {
        return false;
    }
    return path.p[dot - 9] == '-';
}

static void walk(embedder *e, ans_str below, int depth)
{
    ans_str path = ans_arena_fmt(e->cx.arena, "%.*s%.*s", ANS_FMT(e->folder), ANS_FMT(below));
    DIR *dir = path.p ? opendir(path.p) : NULL;
    if (!dir || depth > DEEPEST) {
        die("cannot open", path.p ? path.p : "a folder");
    }
    for (const struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        if (d->d_name[0] == '.') {
            continue;
        }
        ans_str name = ans_arena_fmt(e->cx.arena, "%.*s/%s", ANS_FMT(below), d->d_name);
        ans_str full = ans_arena_fmt(e->cx.arena, "%.*s%.*s", ANS_FMT(e->folder), ANS_FMT(name));
        struct stat st;
        if (!name.p || !full.p || stat(full.p, &st) != 0 || e->count == MOST_FILES) {
            die("cannot take", d->d_name);
        }
        if (S_ISDIR(st.st_mode)) {
            walk(e, name, depth + 1);
        } else if (!ends_with(name, ".md")) { /* for authors */
            e->paths[e->count++] = name;
        }
    }
    (void)closedir(dir); /* read only */
}

static int by_path(const void *a, const void *b)
{
    return ans_str_cmp(*(const ans_str *)a, *(const ans_str *)b);
}

/* The same bytes for the same input: level 9, no name and no time in the header. p NULL when it is
 * not worth it. */
static ans_str gzip(embedder *e, ans_str bytes)
{
    z_stream z = {0};
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
        die("zlib does not start for", "an asset");
    }
    size_t room = deflateBound(&z, bytes.n);
    uint8_t *to = ans_arena_alloc(e->cx.arena, room);
    if (!to) {
        die("no memory for", "an asset");
    }
    z.next_in = (Bytef *)bytes.p; /* zlib does not write there */
    z.avail_in = (uInt)bytes.n;
    z.next_out = to;
    z.avail_out = (uInt)room;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
        die("zlib fails on", "an asset");
    }
    size_t n = z.total_out;
    (void)deflateEnd(&z); /* the stream was read to its end */
    return n + n / 16 < bytes.n ? (ans_str){(const char *)to, n} : ANS_STR_NONE;
}

static void print_bytes(ans_buf *b, const char *kind, size_t number, ans_str bytes)
{
    ans_buf_fmt(b, "static const uint8_t %s_%zu[] = {", kind, number);
    for (size_t i = 0; i < bytes.n; i++) {
        ans_buf_fmt(b, "%s%d,", i % 32 ? "" : "\n", (uint8_t)bytes.p[i]);
    }
    ANS_BUF_LIT(b, "0};\n"); /* a byte more than counted: an empty array is no C */
}

static void embed(embedder *e, size_t i)
{
    ans_str path = e->paths[i], bytes;
    ans_str full = ans_arena_fmt(e->cx.arena, "%.*s%.*s", ANS_FMT(e->folder), ANS_FMT(path));
    if (!full.p || ans_file_read(&e->cx, full.p, FILE_BYTES, &bytes) != ANS_OK) {
        die("cannot read", path.p);
    }
    ans_str packed = e->is_served ? gzip(e, bytes) : ANS_STR_NONE;
    print_bytes(&e->data, "plain", i, bytes);
    ans_buf_fmt(&e->table, "    {\"%.*s\", \"%s\", plain_%zu, %zu, ", ANS_FMT(path), type_of(path),
                i, bytes.n);
    if (packed.p) {
        print_bytes(&e->data, "gzip", i, packed);
        ans_buf_fmt(&e->table, "gzip_%zu, %zu, ", i, packed.n);
    } else {
        ANS_BUF_LIT(&e->table, "NULL, 0, ");
    }
    ans_buf_fmt(&e->table, "%s},\n", has_hash(path) ? "true" : "false");
}

int main(int argc, char **argv)
{
    static embedder e;
    ans_str data, table, all;
    if (argc != 4) {
        die("usage: gen_embed", "FOLDER OUT.c NAME");
    }
    e.cx.arena = ans_arena_new(WORK_BYTES);
    e.folder = ans_str_of(argv[1]);
    e.is_served = strcmp(argv[3], "web") == 0;
    ans_buf_init(&e.data, (size_t)256 << 20);
    ans_buf_init(&e.table, 1 << 20);
    if (ans_file_exists(argv[1])) {
        walk(&e, ANS_STR(""), 0);
    }
    qsort(e.paths, e.count, sizeof *e.paths, by_path);
    ANS_BUF_LIT(&e.data, "/* Made by gen_embed. */\n#include \"app/embedded.h\"\n\n");
    for (size_t i = 0; i < e.count; i++) {
        embed(&e, i);
    }
    ans_buf_fmt(&e.data,
                "const uint32_t ans_%s_asset_count = %zu;\nconst ans_asset ans_%s_assets[] = {\n",
                argv[3], e.count, argv[3]);
    if (ans_buf_finish(&e.table, &table) != ANS_OK) {
        die("too many files in", argv[1]);
    }
    ans_buf_add(&e.data, table);
    ANS_BUF_LIT(&e.data, "    {NULL, NULL, NULL, 0, NULL, 0, false},\n};\n");
    if (ans_buf_finish(&e.data, &data) != ANS_OK ||
        ans_file_replace(&e.cx, argv[2], data) != ANS_OK) {
        die("cannot write", argv[2]);
    }
    all = data;
    printf("gen_embed: %s: %zu files, %zu bytes of C%s\n", argv[3], e.count, all.n,
           e.count ? "" : " (the folder is absent)");
    ans_buf_done(&e.data);
    ans_buf_done(&e.table);
    ans_arena_free(e.cx.arena);
    return 0;
}
