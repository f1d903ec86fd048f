/* gen_defs PACKAGE OUT.c   R4's own profiles, value sets, code systems and maps as the program carries them
 *
 * What a program asks of a definition is a tenth of what stands in it: narrative, definitions, comments, examples and mappings are for
 * readers and are left out, so are differentials where there is a snapshot. What remains is packed one by one, because a
 * program uses few of them, with a dictionary trained on all, because they are alike. A table sorted by URL leads to them. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <zdict.h>
#include <zstd.h>

#include "base/os.h"
#include "json/json.h"

enum { MOST_FILES = 8192, DICTIONARY_BYTES = 49152, LEVEL = 19, SAMPLE_BYTES = 65536, DEEPEST = 64 };
#define FILE_BYTES ((size_t)16 << 20)
#define WORK_BYTES ((size_t)1 << 30)
#define TEXT_BYTES ((size_t)512 << 20)

typedef struct entry {
    char *name; /* of the file */
    unsigned kind;
    ans_str url, version, id;
    bool is_retired;
    size_t at, bytes; /* in the text of all */
    size_t packed_at, packed_bytes;
} entry;

typedef struct packer {
    ans_cx cx;
    entry entries[MOST_FILES];
    size_t count;
    ans_buf text, packed;
} packer;

/* In the order of ans_defs_core_kinds (defs/defs_int.h). */
static const char *const kinds[] = {"StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap"};
enum { KINDS = sizeof kinds / sizeof *kinds };

static _Noreturn void die(const char *what, const char *which)
{
    fprintf(stderr, "gen_defs: %s %s\n", what, which);
    exit(1);
}

/* ---- what is left out ---- */

static bool is_one_of(ans_str s, const char *const *list)
{
    for (; *list; list++) {
        if (ans_str_is(s, *list)) {
            return true;
        }
    }
    return false;
}

static bool is_for_readers(ans_str key)
{
    static const char *const keys[] = {
        "text", "meta", "contact", "publisher", "description", "purpose", "copyright", "jurisdiction", "useContext", "date", "experimental",
        "keyword", "mapping", "definition", "comment", "requirements", "alias", "short", "example", "isSummary", "isModifierReason",
        "orderMeaning", "meaningWhenMissing", "xpath", "condition", "representation", "identity", "approvalDate", "lastReviewDate", NULL};
    return is_one_of(key, keys);
}

/* Extensions that say something to a program. */
static bool is_kept_extension(ans_str url)
{
    static const char *const urls[] = {"http://hl7.org/fhir/StructureDefinition/regex",
                                       "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type",
                                       "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet",
                                       "http://hl7.org/fhir/StructureDefinition/elementdefinition-minValueSet",
                                       "http://hl7.org/fhir/StructureDefinition/codesystem-ordinalValue",
                                       "http://hl7.org/fhir/StructureDefinition/valueset-ordinalValue",
                                       "http://hl7.org/fhir/StructureDefinition/ordinalValue",
                                       "http://hl7.org/fhir/StructureDefinition/codesystem-alternate",
                                       "http://hl7.org/fhir/StructureDefinition/valueset-supplement", NULL};
    return is_one_of(url, urls);
}

/* A value that instances are compared with stays whole. */
static bool is_compared(ans_str key)
{
    return ans_str_starts(key, ANS_STR("fixed")) || ans_str_starts(key, ANS_STR("pattern"));
}

typedef struct cutter {
    packer *p;
    const ans_json *doc;
    ans_buf *out;
    bool has_snapshot;
    unsigned depth;
} cutter;

static void copy(cutter *c, ans_jnode n);

static bool is_left_out(const cutter *c, ans_jnode parent, ans_jnode child)
{
    bool is_array = ans_json_kind_of(c->doc, parent) == ANS_JSON_ARRAY;
    ans_str key = ans_json_key(c->doc, is_array ? parent : child);
    if (!is_array) {
        return is_for_readers(key) || (c->has_snapshot && ans_str_is(key, "differential"));
    }
    return ans_str_is(key, "extension") && !is_kept_extension(ans_json_get_string(&c->p->cx, c->doc, child, ANS_STR("url")));
}

/* An array that lost all its elements is left out with them. */
static bool is_emptied(const cutter *c, ans_jnode n)
{
    if (ans_json_kind_of(c->doc, n) != ANS_JSON_ARRAY) {
        return false;
    }
    ANS_JSON_EACH(c->doc, n, child)
    {
        if (!is_left_out(c, n, child)) {
            return false;
        }
    }
    return true;
}

static void copy_children(cutter *c, ans_jnode n, bool is_array)
{
    bool is_first = true;
    ANS_JSON_EACH(c->doc, n, child)
    {
        if (is_left_out(c, n, child) || is_emptied(c, child)) {
            continue;
        }
        if (!is_first) {
            ans_buf_add_c(c->out, ',');
        }
        is_first = false;
        if (!is_array) {
            ans_buf_fmt(c->out, "\"%.*s\":", ANS_FMT(ans_json_key(c->doc, child)));
        }
        if (!is_array && is_compared(ans_json_key(c->doc, child))) {
            ans_json_print(c->doc, child, false, c->out);
        } else {
            copy(c, child);
        }
    }
}

static void copy(cutter *c, ans_jnode n)
{
    ans_json_kind kind = ans_json_kind_of(c->doc, n);
    if (kind < ANS_JSON_ARRAY) {
        ans_json_print(c->doc, n, false, c->out);
        return;
    }
    if (++c->depth > DEEPEST) {
        die("too deep:", "a definition");
    }
    ans_buf_add_c(c->out, kind == ANS_JSON_ARRAY ? '[' : '{');
    copy_children(c, n, kind == ANS_JSON_ARRAY);
    ans_buf_add_c(c->out, kind == ANS_JSON_ARRAY ? ']' : '}');
    c->depth--;
}

/* ---- reading ---- */

static unsigned kind_of(ans_str file)
{
    unsigned k = 0;
    while (k < KINDS && !(ans_str_starts(file, ans_str_of(kinds[k])) && file.p[strlen(kinds[k])] == '-')) {
        k++;
    }
    return k;
}

static void list_files(packer *p, const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir) {
        die("cannot open", folder);
    }
    for (const struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        ans_str name = ans_str_of(d->d_name);
        unsigned kind = kind_of(name);
        if (kind == KINDS || name.n < 6 || !ans_str_is(ans_str_from(name, name.n - 5), ".json")) {
            continue;
        }
        if (p->count == MOST_FILES) {
            die("too many files in", folder);
        }
        p->entries[p->count++] = (entry){.name = (char *)ans_arena_dup(p->cx.arena, name).p, .kind = kind};
    }
    (void)closedir(dir); /* read only */
}

static ans_str kept(packer *p, const ans_json *doc, const char *key)
{
    ans_str s = ans_json_get_string(&p->cx, doc, 0, ans_str_of(key));
    return s.p ? ans_arena_dup(p->cx.arena, s) : ANS_STR("");
}

static void read_entry(packer *p, const char *folder, entry *e)
{
    ans_cx scratch = {.arena = ans_arena_new(8 * FILE_BYTES)};
    ans_str path = ans_arena_fmt(scratch.arena, "%s/%s", folder, e->name), text;
    ans_json doc;
    if (!path.p || ans_file_read(&scratch, path.p, FILE_BYTES, &text) != ANS_OK || ans_json_parse(&scratch, text, NULL, &doc) != ANS_OK) {
        die("cannot read", e->name);
    }
    e->url = kept(p, &doc, "url");
    e->version = kept(p, &doc, "version");
    e->id = kept(p, &doc, "id");
    e->is_retired = ans_str_is(ans_json_get_string(&scratch, &doc, 0, ANS_STR("status")), "retired");
    e->at = p->text.n;
    cutter c = {.p = p, .doc = &doc, .out = &p->text, .has_snapshot = ans_json_get(&doc, 0, ANS_STR("snapshot")) != ANS_JNONE};
    copy(&c, 0);
    e->bytes = p->text.n - e->at;
    ans_arena_free(scratch.arena);
}

static int by_url(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int order = ans_str_cmp(x->url, y->url);
    order = order ? order : ans_str_cmp(x->version, y->version);
    return order ? order : strcmp(x->name, y->name);
}

/* ---- packing ---- */

static size_t train(packer *p, ans_str text, uint8_t *dictionary)
{
    static size_t sizes[MOST_FILES];
    ans_buf samples;
    ans_str all;
    ans_buf_init(&samples, TEXT_BYTES);
    for (size_t i = 0; i < p->count; i++) {
        sizes[i] = p->entries[i].bytes < SAMPLE_BYTES ? p->entries[i].bytes : SAMPLE_BYTES;
        ans_buf_add_mem(&samples, text.p + p->entries[i].at, sizes[i]);
    }
    if (ans_buf_finish(&samples, &all) != ANS_OK) {
        die("too much text in", "the package");
    }
    size_t n = ZDICT_trainFromBuffer(dictionary, DICTIONARY_BYTES, all.p, sizes, (unsigned)p->count);
    if (ZDICT_isError(n)) {
        die("training failed:", ZDICT_getErrorName(n));
    }
    ans_buf_done(&samples);
    return n;
}

static void pack(packer *p, ans_str text, const uint8_t *dictionary, size_t dictionary_bytes)
{
    ZSTD_CCtx *cctx = ZSTD_createCCtx();
    for (size_t i = 0; cctx && i < p->count; i++) {
        entry *e = &p->entries[i];
        size_t bound = ZSTD_compressBound(e->bytes);
        char *room = ans_buf_room(&p->packed, bound);
        size_t n = room ? ZSTD_compress_usingDict(cctx, room, bound, text.p + e->at, e->bytes, dictionary, dictionary_bytes, LEVEL) : 0;
        if (!room || ZSTD_isError(n)) {
            die("cannot pack", e->name);
        }
        e->packed_at = p->packed.n;
        e->packed_bytes = n;
        p->packed.n += n;
    }
    if (!cctx) {
        die("out of memory for", "packing");
    }
    ZSTD_freeCCtx(cctx);
}

/* ---- printing ---- */

static void print_bytes(ans_buf *out, const char *declaration, const uint8_t *p, size_t n)
{
    ans_buf_fmt(out, "\n%s =\n", declaration);
    for (size_t i = 0; i < n; i++) {
        ans_buf_fmt(out, "%s\\%03o%s", i % 64 ? "" : "\"", p[i], i % 64 == 63 || i + 1 == n ? "\"\n" : "");
    }
    ANS_BUF_LIT(out, ";\n");
}

static void print_table(const packer *p, ans_buf *out)
{
    ans_buf_fmt(out, "\nconst uint32_t ans_defs_core_count = %zu;\nconst ans_defs_core ans_defs_core_table[] = {\n", p->count);
    for (size_t i = 0; i < p->count; i++) {
        const entry *e = &p->entries[i];
        ans_buf_fmt(out, "    {\"%.*s\", \"%.*s\", \"%.*s\", %zu, %zu, %zu, %u, %d},\n", ANS_FMT(e->url), ANS_FMT(e->version), ANS_FMT(e->id),
                    e->packed_at, e->packed_bytes, e->bytes, e->kind, e->is_retired);
    }
    ANS_BUF_LIT(out, "};\n");
}

static void write_file(packer *p, const uint8_t *dictionary, size_t dictionary_bytes, const char *path)
{
    ans_buf out;
    ans_str text, packed;
    if (ans_buf_finish(&p->packed, &packed) != ANS_OK) {
        die("too much for", path);
    }
    ans_buf_init(&out, TEXT_BYTES);
    ANS_BUF_LIT(&out, "/* Made by gen_defs. */\n#include \"defs/defs_int.h\"\n");
    print_table(p, &out);
    print_bytes(&out, "const char ans_defs_core_bytes[]", (const uint8_t *)packed.p, packed.n);
    ans_buf_fmt(&out, "\nconst uint32_t ans_defs_core_dictionary_bytes = %zu;\n", dictionary_bytes);
    print_bytes(&out, "const char ans_defs_core_dictionary[]", dictionary, dictionary_bytes);
    if (ans_buf_finish(&out, &text) != ANS_OK || ans_file_replace(&p->cx, path, text) != ANS_OK) {
        die("cannot write", path);
    }
    ans_buf_done(&out);
}

int main(int argc, char **argv)
{
    static packer p;
    static uint8_t dictionary[DICTIONARY_BYTES];
    ans_str text;
    if (argc != 3) {
        die("usage: gen_defs", "PACKAGE OUT.c");
    }
    p.cx.arena = ans_arena_new(WORK_BYTES);
    ans_buf_init(&p.text, TEXT_BYTES);
    ans_buf_init(&p.packed, TEXT_BYTES);
    list_files(&p, argv[1]);
    for (size_t i = 0; i < p.count; i++) {
        read_entry(&p, argv[1], &p.entries[i]);
    }
    qsort(p.entries, p.count, sizeof *p.entries, by_url);
    if (p.count == 0 || ans_buf_finish(&p.text, &text) != ANS_OK) {
        die("no definitions, or too many, in", argv[1]);
    }
    size_t n = train(&p, text, dictionary);
    pack(&p, text, dictionary, n);
    write_file(&p, dictionary, n, argv[2]);
    printf("gen_defs: %zu definitions of %zu bytes packed into %zu\n", p.count, text.n, p.packed.n + n);
    return 0;
}
