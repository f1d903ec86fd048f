/* gen_dict PACKAGE OUT.c   train the zstd dictionary for new stores
 *
 * One resource alone compresses badly: everything it has in common with others (keys, systems,
 * codes) comes only once in it. A dictionary brings that knowledge along. It is trained from the
 * example instances of the definitions package, in the form the store keeps: minified,
 * resourceType, id and meta first. Definitions are left out, because a facility stores few of them,
 * and so is narrative, because it repeats what the fields say and would crowd them out.
 *
 * Deterministic for one libzstd. A store keeps the dictionary it was made with, so another one
 * later breaks nothing. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <zdict.h>

#include "base/os.h"
#include "json/json.h"

enum { DICTIONARY_BYTES = 16384, MOST_SAMPLES = 16384, MOST_FILES = 16384, SAMPLE_BYTES = 8192 };
#define WORK_BYTES ((size_t)1 << 30)
#define TEXT_BYTES ((size_t)64 << 20)

typedef struct trainer {
    ans_cx cx;
    ans_buf text; /* the samples, one behind the other */
    size_t sizes[MOST_SAMPLES];
    unsigned count;
    char *names[MOST_FILES];
    size_t name_count;
} trainer;

static _Noreturn void die(const char *what, const char *which)
{
    fprintf(stderr, "gen_dict: %s %s\n", what, which);
    exit(1);
}

static bool is_definition(ans_str type)
{
    static const char *const left_out[] = {"StructureDefinition",
                                           "SearchParameter",
                                           "ValueSet",
                                           "CodeSystem",
                                           "ConceptMap",
                                           "OperationDefinition",
                                           "StructureMap",
                                           "CompartmentDefinition",
                                           "CapabilityStatement",
                                           "ImplementationGuide",
                                           "TestScript",
                                           "TestReport",
                                           "NamingSystem",
                                           "GraphDefinition",
                                           "TerminologyCapabilities",
                                           "MolecularSequence",
                                           "PlanDefinition",
                                           "Library",
                                           "Binary"};
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
        if (ans_str_is(type, left_out[i])) {
            return true;
        }
    }
    return false;
}

static void add_rest(trainer *t, const ans_json *doc, ans_jnode resource)
{
    static const char *const done[] = {"resourceType", "id", "meta", "text", "contained"};
    ANS_JSON_EACH(doc, resource, child)
    {
        bool is_done = false;
        for (size_t i = 0; i < sizeof done / sizeof *done; i++) {
            is_done = is_done || ans_str_is(ans_json_key(doc, child), done[i]);
        }
        if (is_done) {
            continue;
        }
        ANS_BUF_LIT(&t->text, ",\"");
        ans_buf_add(&t->text, ans_json_key(doc, child));
        ANS_BUF_LIT(&t->text, "\":");
        ans_json_print(doc, child, false, &t->text);
    }
}

/* In the shape the store keeps (src/rest/canon.c). */
static void add_sample(trainer *t, const ans_json *doc, ans_jnode resource)
{
    ans_str type = ans_json_get_string(&t->cx, doc, resource, ANS_STR("resourceType"));
    ans_str id = ans_json_get_string(&t->cx, doc, resource, ANS_STR("id"));
    size_t start = t->text.n;
    if (!type.p || is_definition(type) || t->count == MOST_SAMPLES) {
        return;
    }
    ANS_BUF_LIT(&t->text, "{\"resourceType\":\"");
    ans_buf_add(&t->text, type);
    ANS_BUF_LIT(&t->text, "\",\"id\":\"");
    ans_buf_add(&t->text, id);
    ANS_BUF_LIT(&t->text, "\",\"meta\":{}");
    add_rest(t, doc, resource);
    ANS_BUF_LIT(&t->text, "}");
    if (t->text.n - start > SAMPLE_BYTES) {
        t->text.n = start + SAMPLE_BYTES;
    }
    t->sizes[t->count++] = t->text.n - start;
}

static void read_example(trainer *t, const char *path)
{
    ans_str text;
    ans_json doc;
    if (ans_file_read(&t->cx, path, TEXT_BYTES, &text) != ANS_OK ||
        ans_json_parse(&t->cx, text, NULL, &doc) != ANS_OK) {
        die("cannot read", path);
    }
    ans_str type = ans_json_get_string(&t->cx, &doc, 0, ANS_STR("resourceType"));
    if (!type.p || is_definition(type)) {
        return;
    }
    if (!ans_str_is(type, "Bundle")) {
        add_sample(t, &doc, 0);
        return;
    }
    ans_jnode entries = ans_json_get(&doc, 0, ANS_STR("entry"));
    if (entries == ANS_JNONE) {
        return;
    }
    ANS_JSON_EACH(&doc, entries, entry)
    {
        ans_jnode resource = ans_json_get(&doc, entry, ANS_STR("resource"));
        if (resource != ANS_JNONE) {
            add_sample(t, &doc, resource);
        }
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names only: a definition's file name begins with its type, and the package holds 40 MB of them.
 */
static void list_files(trainer *t, const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir) {
        die("cannot open", folder);
    }
    for (const struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        ans_str name = ans_str_of(d->d_name), type = name;
        ptrdiff_t dash = ans_str_find(name, '-');
        type.n = dash < 0 ? 0 : (size_t)dash;
        bool is_json = name.n > 5 && ans_str_is(ans_str_from(name, name.n - 5), ".json");
        if (!is_json || type.n == 0 || is_definition(type)) {
            continue;
        }
        if (t->name_count == MOST_FILES) {
            die("too many files in", folder);
        }
        t->names[t->name_count++] =
            (char *)ans_arena_dup(t->cx.arena, name).p; /* ours: only qsort moves it */
    }
    (void)closedir(dir); /* read only */
    qsort(t->names, t->name_count, sizeof *t->names, by_name);
}

static void write_bytes(trainer *t, const uint8_t *p, size_t n, const char *path)
{
    ans_buf out;
    ans_str text;
    ans_buf_init(&out, 1 << 20);
    ans_buf_fmt(
        &out, "/* Made by gen_dict from %u example resources. */\n#include \"app/embedded.h\"\n\n",
        t->count);
    ans_buf_fmt(&out,
                "const size_t ans_dictionary_bytes = %zu;\nconst uint8_t ans_dictionary[] = {", n);
    for (size_t i = 0; i < n; i++) {
        ans_buf_fmt(&out, "%s%d,", i % 24 ? "" : "\n", p[i]);
    }
    ANS_BUF_LIT(&out, "\n};\n");
    if (ans_buf_finish(&out, &text) != ANS_OK || ans_file_replace(&t->cx, path, text) != ANS_OK) {
        die("cannot write", path);
    }
    ans_buf_done(&out);
}

int main(int argc, char **argv)
{
    static trainer t;
    static uint8_t dictionary[DICTIONARY_BYTES];
    if (argc != 3) {
        die("usage: gen_dict", "PACKAGE OUT.c");
    }
    t.cx.arena = ans_arena_new(WORK_BYTES);
    ans_buf_init(&t.text, TEXT_BYTES);
    list_files(&t, argv[1]);
    for (size_t i = 0; i < t.name_count; i++) {
        ans_str path = ans_arena_fmt(t.cx.arena, "%s/%s", argv[1], t.names[i]);
        if (!path.p) {
            die("no memory for", t.names[i]);
        }
        read_example(&t, path.p);
    }
    ans_str samples;
    if (ans_buf_finish(&t.text, &samples) != ANS_OK) {
        die("too much text in", argv[1]);
    }
    size_t n = ZDICT_trainFromBuffer(dictionary, sizeof dictionary, samples.p, t.sizes, t.count);
    if (ZDICT_isError(n)) {
        die("training failed:", ZDICT_getErrorName(n));
    }
    write_bytes(&t, dictionary, n, argv[2]);
    printf("gen_dict: %zu bytes from %u example resources of %zu bytes\n", n, t.count, samples.n);
    ans_buf_done(&t.text);
    ans_arena_free(t.cx.arena);
    return 0;
}
